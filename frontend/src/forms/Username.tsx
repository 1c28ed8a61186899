/** Tells password managers whose password a form is about; neither seen nor heard. */
export function Username({ email }: { email: string }) {
  return <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />;
}
