'use client';

import { MailedLink } from '@/features/recovery/components/MailedLink';

import { useAfterReset } from '../useAfterReset';

/** What a mailed link is for, and the way on from it. */
export function Verify() {
  return <MailedLink onReset={useAfterReset()} />;
}
