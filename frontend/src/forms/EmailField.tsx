import { TextField, type TextFieldProps } from '@/components/ui/TextField';

/** An e-mail address: the right keyboard on a phone, and nothing corrected in it. */
export function EmailField(props: TextFieldProps) {
  return <TextField type="email" inputMode="email" autoCapitalize="none" spellCheck={false} required {...props} />;
}
