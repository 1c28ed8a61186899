import type { WaysIn } from '@/types/api';

/** WebAuthn Level 3 section 5.1.10, which not every browser has, and TypeScript's library neither. */
interface Signals {
  signalUnknownCredential?: (told: { rpId: string; credentialId: string }) => Promise<void>;
  signalAllAcceptedCredentials?: (told: {
    rpId: string;
    userId: string;
    allAcceptedCredentialIds: string[];
  }) => Promise<void>;
  signalCurrentUserDetails?: (told: { rpId: string; userId: string; name: string; displayName: string }) => Promise<void>;
}

const signals = (): Signals => (typeof PublicKeyCredential === 'undefined' ? {} : (PublicKeyCredential as Signals));

/** A hint to authenticators: nothing depends on it, so a browser that refuses it changes nothing. */
async function quietly(told: Promise<void> | undefined): Promise<void> {
  await told?.catch(() => undefined);
}

/** Authenticators forget a passkey that is nobody's. Refused while a ceremony waits: that one is ended before. */
export function signalUnknown(rpId: string, credentialId: string): Promise<void> {
  return quietly(signals().signalUnknownCredential?.({ rpId, credentialId }));
}

/** Authenticators hide passkeys that were removed, and show the address that the user has by now. */
export async function signalHeld({ rp_id: rpId, user_handle: userId, passkeys }: WaysIn, email: string): Promise<void> {
  if (userId === null) return;
  const allAcceptedCredentialIds = passkeys.map(({ credential_id }) => credential_id);
  await quietly(signals().signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds }));
  await quietly(signals().signalCurrentUserDetails?.({ rpId, userId, name: email, displayName: email }));
}
