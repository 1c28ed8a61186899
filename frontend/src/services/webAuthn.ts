import type { CreationOptions, NewPasskey, PasskeyAnswer, RequestOptions } from '@/types/api';

import { Problem } from './problem';

const CANCELLED = { status: 0, code: 'cancelled', title: 'Nothing was done' } as const;
const THERE_ALREADY = {
  status: 0,
  code: 'passkey_known',
  title: 'There is a passkey for this account already',
  detail: 'It is kept on this device or in this password manager. Use it, or add another one elsewhere.',
} as const;
const NOT_HERE = {
  status: 0,
  code: 'passkey_unusable',
  title: 'Passkeys do not work at this address',
  detail: 'The address in the address bar must be the one that we give out.',
} as const;
const UNFIT = {
  status: 0,
  code: 'passkey_unusable',
  title: 'This device cannot keep such a passkey',
  detail: 'It needs a screen lock: a fingerprint, a face or a PIN. Set one up, or use another device.',
} as const;
const STRANGE = {
  status: 0,
  code: 'passkey_unusable',
  title: 'Your browser could not use a passkey just now',
  detail: 'Please try again.',
} as const;

/** What to say of each way in which browsers end a ceremony (WebAuthn sections 5.1.3 and 5.1.4). */
const WORDS = {
  AbortError: CANCELLED,
  // Called off by the person, or not done in time: the browser does not tell which.
  NotAllowedError: CANCELLED,
  InvalidStateError: THERE_ALREADY,
  SecurityError: NOT_HERE,
  ConstraintError: UNFIT,
  NotSupportedError: UNFIT,
};

function problemOfCeremony(failure: unknown): Problem {
  const name = failure instanceof DOMException ? failure.name : '';
  return new Problem(name in WORDS ? WORDS[name as keyof typeof WORDS] : STRANGE);
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(raw: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(raw), (byte) => String.fromCharCode(byte)).join('');
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function known(credentials: CreationOptions['excludeCredentials']): PublicKeyCredentialDescriptor[] {
  return credentials.map(({ id, transports }) => ({
    type: 'public-key',
    id: bytes(id),
    transports: transports as AuthenticatorTransport[],
  }));
}

/** Whether this browser knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return typeof window !== 'undefined' && 'PublicKeyCredential' in window;
}

/** Whether it offers them where the e-mail is typed. */
export async function offersPasskeys(): Promise<boolean> {
  if (!knowsPasskeys()) return false;
  try {
    return await window.PublicKeyCredential.isConditionalMediationAvailable();
  } catch {
    // A browser from before it.
    return false;
  }
}

/** Lets the person make a passkey. Throws `Problem`; code `cancelled` when they thought better of it. */
export async function makePasskey(options: CreationOptions): Promise<NewPasskey> {
  let made: Credential | null;
  try {
    made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      },
    });
  } catch (failure) {
    throw problemOfCeremony(failure);
  }
  if (!(made instanceof PublicKeyCredential)) throw new Problem(STRANGE);
  // Older browsers do not tell the transports, which are a hint.
  const response = made.response as Omit<AuthenticatorAttestationResponse, 'getTransports'> &
    Partial<Pick<AuthenticatorAttestationResponse, 'getTransports'>>;
  return {
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
    transports: response.getTransports?.().slice(0, 8) ?? [],
  };
}

export interface Using {
  /** Ends the ceremony, for another one to begin or because the page is left. */
  called: AbortSignal;
  /** Wait until the person takes one where the e-mail is typed, instead of asking at once. */
  offered?: boolean;
}

/** A browser does one ceremony at a time. */
let running: { offered: boolean; ending: AbortController } | undefined;

/** Lets the person use a passkey; what was merely offered until then ends. Throws `Problem`; code `cancelled` when they thought better of it. */
export async function takePasskey(options: RequestOptions, { called, offered = false }: Using): Promise<PasskeyAnswer> {
  if (offered && running && !running.offered) throw new Problem(CANCELLED);
  running?.ending.abort();
  const mine = { offered, ending: new AbortController() };
  running = mine;
  called.addEventListener('abort', () => mine.ending.abort());
  if (called.aborted) mine.ending.abort();
  let used: Credential | null;
  try {
    used = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
      signal: mine.ending.signal,
      ...(offered && { mediation: 'conditional' }),
    });
  } catch (failure) {
    throw problemOfCeremony(failure);
  } finally {
    if (running === mine) running = undefined;
  }
  if (!(used instanceof PublicKeyCredential)) throw new Problem(STRANGE);
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    credential_id: text(used.rawId),
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    user_handle: response.userHandle && text(response.userHandle),
  };
}
