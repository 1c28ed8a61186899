'use client';

import { ResetLink } from '@/features/recovery/components/ResetLink';

import { useAfterReset } from '../useAfterReset';

/** A new password by a mailed link, and the way on from it. */
export function Reset() {
  return <ResetLink onSuccess={useAfterReset()} />;
}
