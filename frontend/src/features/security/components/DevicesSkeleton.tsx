import { Skeleton } from '@/components/ui/Skeleton';

import { DeviceFrame } from './DeviceFrame';
import { DevicesCard } from './DevicesCard';

/** The shape of the list while it is on its way. */
export function DevicesSkeleton() {
  return (
    <>
      <p role="status" className="sr-only">
        Loading where you are logged in
      </p>
      <DevicesCard busy footer={<Skeleton className="h-12 w-56 max-w-full rounded-full" />}>
        {[1, 2].map((row) => (
          <DeviceFrame
            key={row}
            icon={null}
            name={<Skeleton className="h-7 w-48 max-w-full" />}
            facts={['Last seen', 'First seen', 'Address'].map((label) => ({
              label,
              value: <Skeleton className="h-6 w-24" />,
            }))}
            action={<Skeleton className="h-10 w-24 rounded-full" />}
          />
        ))}
      </DevicesCard>
    </>
  );
}
