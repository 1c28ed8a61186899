import Link from 'next/link';

import { PasswordField, type PasswordFieldProps } from '@/components/ui/PasswordField';
import { carry } from '@/lib/carried';

/** The password so far, with the way out for whoever has forgotten it. */
export function CurrentPassword(props: PasswordFieldProps) {
  return (
    <div className="grid gap-2">
      <PasswordField autoComplete="current-password" required {...props} />
      <Link
        href="/forgot"
        onClick={() => carry(document.querySelector<HTMLInputElement>('#email')?.value ?? '')}
        className="w-fit py-1 text-[0.9375rem]"
      >
        Forgot your password?
      </Link>
    </div>
  );
}
