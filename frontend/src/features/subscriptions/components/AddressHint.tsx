'use client';

import { Alert } from '@/components/ui/Alert';
import { LinkButton } from '@/components/ui/LinkButton';
import { profileService } from '@/services/profileService';
import { useLoaded } from '@/store/useLoaded';

/** Asks a subscriber whose parcels have nowhere to go for an address. A hint only: a failure to find out says nothing. */
export function AddressHint() {
  const { view } = useLoaded(profileService.read);
  if (view.phase !== 'ready' || view.facts.shipping_address !== null) return null;
  return (
    <Alert tone="warn" title="Where may we send your prints?" className="mt-6">
      <p>We have no shipping address of yours yet.</p>
      <LinkButton href="/dashboard/settings" size="small" className="mt-2">
        Add an address
      </LinkButton>
    </Alert>
  );
}
