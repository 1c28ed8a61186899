'use client';

import { LoadFailure } from '@/components/ui/LoadFailure';
import { Skeleton } from '@/components/ui/Skeleton';
import { sentence } from '@/lib/format';
import { profileService } from '@/services/profileService';
import { useLoaded } from '@/store/useLoaded';

import { AddressForm } from './AddressForm';
import { NameForm } from './NameForm';
import { SettingsCard } from './SettingsCard';

/** What somebody is called, and where their parcels go: each saved by itself. */
export function ProfileCards() {
  const { view, reload } = useLoaded(profileService.read);
  if (view.phase === 'failed') {
    return (
      <LoadFailure
        title="We could not fetch your name and address"
        retrying={view.retrying}
        onRetry={() => void reload()}
      >
        {sentence(view.problem.title)} Nothing has changed.
      </LoadFailure>
    );
  }
  const profile = view.phase === 'ready' ? view.facts : null;
  return (
    <>
      {profile === null && (
        <p role="status" className="sr-only">
          Loading your name and address
        </p>
      )}
      <SettingsCard title="Profile" busy={profile === null}>
        {profile ? <NameForm name={profile.name} /> : <Waiting fields={1} />}
      </SettingsCard>
      <SettingsCard title="Shipping address" busy={profile === null}>
        <p className="text-muted">Where your prints go. To remove it, empty all fields and save.</p>
        {profile ? <AddressForm address={profile.shipping_address} /> : <Waiting fields={6} />}
      </SettingsCard>
    </>
  );
}

/** The shape of a form that is on its way. */
function Waiting({ fields }: { fields: number }) {
  return (
    <div className="grid gap-5">
      {Array.from({ length: fields }, (_, nth) => (
        <Skeleton key={nth} className="h-18 w-full" />
      ))}
      <Skeleton className="h-12 w-52 max-w-full rounded-full" />
    </div>
  );
}
