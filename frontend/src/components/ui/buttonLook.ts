import { classes } from './classes';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';
export type ButtonSize = 'regular' | 'large' | 'small';

const SHARED =
  'inline-flex items-center justify-center gap-2 rounded-full font-semibold select-none ' +
  'cursor-pointer text-center transition-colors duration-150 aria-disabled:cursor-progress aria-disabled:opacity-75';

// Every look has a border, transparent or not: forced colours paint it, so a button keeps its outline there.
const LOOKS: Record<ButtonVariant, string> = {
  primary: 'no-underline border border-transparent bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'no-underline border border-edge bg-surface text-ink hover:border-ink',
  quiet: 'underline underline-offset-4 border border-transparent bg-transparent text-ink hover:bg-wash',
  danger: 'no-underline border border-bad bg-surface text-bad hover:bg-bad hover:text-surface',
};

const SIZES: Record<ButtonSize, string> = {
  small: 'min-h-10 px-4 py-1.5 text-[0.9375rem]',
  regular: 'min-h-12 px-6 py-2.5 text-base',
  large: 'min-h-14 px-8 py-3 text-lg',
};

/** The class names that buttons and links dressed as buttons have in common. */
export function buttonLook(variant: ButtonVariant, size: ButtonSize, extra?: string): string {
  return classes(SHARED, LOOKS[variant], SIZES[size], extra);
}
