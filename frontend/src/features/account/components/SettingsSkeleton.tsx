import { Skeleton } from '@/components/ui/Skeleton';

import { SettingsCard } from './SettingsCard';
import { SettingsFrame } from './SettingsFrame';

/** The shape of the page while it is on its way. */
export function SettingsSkeleton() {
  return (
    <SettingsFrame>
      <p role="status" className="sr-only">
        Loading your settings
      </p>
      <div className="grid gap-6">
        {['E-mail address', 'Profile'].map((title) => (
          <SettingsCard key={title} title={title} busy>
            <Skeleton className="h-7 w-64 max-w-full" />
            <Skeleton className="h-12 w-full" />
            <Skeleton className="h-12 w-52 max-w-full rounded-full" />
          </SettingsCard>
        ))}
      </div>
    </SettingsFrame>
  );
}
