import { problemOf } from '@/services/problem';

/** The first may come too late, when the device fell asleep over it. */
const MOST_PROOFS = 2;

/** Sends once; and again with a proof of work where the server asks for one. Throws what `send` throws. */
export async function sendProving<T>(
  send: (proof?: string) => Promise<T>,
  called: AbortSignal,
  onProving: () => void,
): Promise<T> {
  let proof: string | undefined;
  for (let made = 0; ; made += 1) {
    try {
      return await send(proof);
    } catch (failure) {
      if (made === MOST_PROOFS || problemOf(failure).code !== 'proof_required') throw failure;
    }
    onProving();
    // Loaded when it is needed, which is seldom.
    const { prove } = await import('@/services/proofOfWork');
    proof = await prove(called);
  }
}
