import { recoveryService } from '@/services/recoveryService';

/** A sentence and a link. */
export interface WayOn {
  text: string;
  href: string;
  link: string;
}

/** What a mailed link is for. */
export interface Errand {
  title: string;
  lead: string;
  button: string;
  /** Does it. A token when a new password is to be chosen next. Throws `Problem`. */
  run: (token: string) => Promise<string | void>;
  /** It is done. */
  done: WayOn & { title: string };
  /** It cannot be done any more. */
  dead: WayOn;
}

const settings = (text: string): WayOn => ({ text, href: '/dashboard/settings', link: 'Go to my settings' });
const forgot = (text: string): WayOn => ({ text, href: '/forgot', link: 'Choose a new password' });

/** When a link to choose a new password is dead. */
export const RESET_DEAD: WayOn = {
  text: 'A new mail brings a new link.',
  href: '/forgot',
  link: 'Send me a new mail',
};

const WORRIED = 'If somebody else may be in your account, choose a new password: that signs everybody out.';
const CHOOSE = { title: 'Now choose a new password', ...forgot('Everybody is signed out.') };

/** By what stands before the token in the fragment. */
const ERRANDS: Record<string, Errand> = {
  verify: {
    title: 'Confirm your e-mail address',
    lead: 'One press, and we know that this address is yours.',
    button: 'Confirm my e-mail address',
    run: recoveryService.verifyEmail,
    done: {
      title: 'Your e-mail address is confirmed',
      text: 'Thank you. There is nothing else to do.',
      href: '/dashboard',
      link: 'Go to my dashboard',
    },
    dead: settings('If your address is not confirmed yet, your settings send you a new code.'),
  },
  change: {
    title: 'Use this e-mail address',
    lead: 'From then on you log in with the address that this mail came to. The old one is told.',
    button: 'Use this address',
    run: recoveryService.confirmEmail,
    done: {
      title: 'Your e-mail address is changed',
      ...settings('Log in with the new address from now on.'),
    },
    dead: settings('You can ask for the change again in your settings.'),
  },
  undo: {
    title: 'Undo the change of your e-mail address',
    lead: 'The old address comes back and everybody is signed out. Then you choose a new password.',
    button: 'Undo the change',
    run: recoveryService.undoEmail,
    done: CHOOSE,
    dead: forgot(WORRIED),
  },
  'not-me': {
    title: 'That was not you?',
    lead:
      'We sign everybody out of your account, at once, and take away the passkey or shipping address that came from ' +
      'there. Then you choose a new password.',
    button: 'It was not me: sign everybody out',
    run: recoveryService.notMe,
    done: CHOOSE,
    dead: forgot(WORRIED),
  },
  unlock: {
    title: 'Log in from a new browser',
    lead: 'Somebody typed many wrong passwords. If you want to log in from a browser that is new to us, say that it is you.',
    button: 'It is me: let me log in',
    run: recoveryService.unlock,
    done: {
      title: 'You can log in from any browser again',
      text: 'If you no longer know your password, you can choose a new one there.',
      href: '/login',
      link: 'Log in',
    },
    dead: forgot('Log in from a browser that you have used before, or choose a new password.'),
  },
};

/** Nobody knows what it was for. */
export const NO_ERRAND = settings('You can ask for a new mail in your settings.');

/** What a fragment (`TOKEN`, `change=TOKEN`, ...) asks for; null when it is nothing we know. */
export function errandOf(fragment: string): { errand: Errand; token: string } | null {
  const at = fragment.indexOf('=');
  const [name, token] = at < 0 ? ['verify', fragment] : [fragment.slice(0, at), fragment.slice(at + 1)];
  const errand = Object.hasOwn(ERRANDS, name) ? ERRANDS[name] : undefined;
  return errand && token !== '' ? { errand, token } : null;
}
