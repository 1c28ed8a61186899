import { recoveryService } from '@/services/recoveryService';
import type { TakenBack } from '@/types/api';

interface Way {
  href: string;
  link: string;
}

/** A sentence and a link, or two. */
export interface WayOn extends Way {
  text: string;
  also?: Way;
}

/** Does what a link is for. Tells what was taken back, where that is its purpose. Throws `Problem`. */
export type Run = (token: string) => Promise<TakenBack | void>;

/** What the server may have to ask before it does that, by the code of its refusal. */
export interface Question {
  code: string;
  yes: { button: string; run: Run };
  no: { button: string; text: string; run: Run };
}

/** What a mailed link is for. */
export interface Errand {
  title: string;
  lead: string;
  button: string;
  run: Run;
  question?: Question;
  /** It is done, and no new password is to be chosen. */
  done: WayOn & { title: string };
  /** It cannot be done any more. */
  dead: WayOn;
}

const settings = (text: string): WayOn => ({ text, href: '/dashboard/settings', link: 'Go to my settings' });
const CHOOSE: Way = { href: '/forgot', link: 'Choose a new password' };
const forgot = (text: string): WayOn => ({ text, ...CHOOSE });
const login = (text: string): WayOn => ({ text, href: '/login', link: 'Log in' });

/** When a link to choose a new password is dead. */
export const RESET_DEAD: WayOn = {
  text: 'A new mail brings a new link. If you have chosen your new password already, log in with it.',
  href: '/forgot',
  link: 'Send me a new mail',
  also: { href: '/login', link: 'Log in' },
};

/** When it went to an address that the account has left: a new mail would not come there. */
export const OUTGROWN = login(
  'If it was not you who changed the address, the mail about the change has a link that brings it back.',
);

const WORRIED = 'If somebody else may be in your account, choose a new password: that logs everybody out.';
const PASSWORD_STAYS = {
  title: 'Thank you. That is done',
  ...login('Your password was changed since that mail was sent, so this link does not change it again.'),
  also: CHOOSE,
};

/** By what stands before the token in the fragment. */
const ERRANDS: Record<string, Errand> = {
  verify: {
    title: 'Confirm your e-mail address',
    lead: 'One press, and we know that this address is yours.',
    button: 'Confirm my e-mail address',
    run: recoveryService.verifyEmail,
    question: {
      code: 'who_signed_up',
      yes: { button: 'Yes, confirm my e-mail address', run: recoveryService.verifyMine },
      no: {
        button: 'No, somebody else did',
        text:
          'If somebody else used your address, the account becomes yours: they are logged out, all that they set up is ' +
          'removed, and you choose the password.',
        run: recoveryService.notMine,
      },
    },
    done: {
      title: 'Your e-mail address is confirmed',
      text: 'Thank you. If you are not logged in yet, you can log in now.',
      href: '/dashboard',
      link: 'Go to my dashboard',
    },
    dead: {
      ...settings(
        'If your address is not confirmed yet, your settings send you a new code. If you cannot log in, choose a new ' +
          'password by mail: that confirms it, too.',
      ),
      also: CHOOSE,
    },
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
    lead: 'The old address comes back and everybody is logged out. Then you can choose a new password.',
    button: 'Undo the change',
    run: recoveryService.undoEmail,
    done: PASSWORD_STAYS,
    dead: forgot(WORRIED),
  },
  'not-me': {
    title: 'That was not you?',
    lead:
      'We log everybody out of your account, at once, and take back what was changed from there. Then you can choose a ' +
      'new password.',
    button: 'It was not me: log everybody out',
    run: recoveryService.notMe,
    done: PASSWORD_STAYS,
    dead: forgot(WORRIED),
  },
  unlock: {
    title: 'Log in from a new browser',
    lead: 'Somebody typed many wrong passwords. If you want to log in from a browser that is new to us, say that it is you.',
    button: 'It is me: let me log in',
    run: recoveryService.unlock,
    done: {
      title: 'You can log in from any browser again',
      ...login('If you no longer know your password, you can choose a new one there.'),
    },
    dead: { ...login('Log in from a browser that you have used before, or choose a new password.'), also: CHOOSE },
  },
  keep: {
    title: 'Keep your account',
    lead: 'Your account is to be deleted, with everything in it. Press the button to keep it.',
    button: 'Keep my account',
    run: recoveryService.keep,
    done: {
      title: 'Your account stays',
      ...login('Nothing in it is lost. A subscription that you had stays cancelled until you log in and resume it.'),
    },
    dead: login('If your account is still to be deleted, you can keep it when you have logged in.'),
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
