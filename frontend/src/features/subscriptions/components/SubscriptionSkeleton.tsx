import { Skeleton } from '@/components/ui/Skeleton';

import { CardFrame } from './CardFrame';

/** The shape of the subscription while it is on its way. */
export function SubscriptionSkeleton() {
  return (
    <>
      <p role="status" className="sr-only">
        Loading your subscription
      </p>
      <CardFrame
        busy
        badge={<Skeleton className="h-8 w-24 rounded-full" />}
        title={<Skeleton className="h-9 w-64 max-w-full" />}
        price={<Skeleton className="h-7 w-36" />}
        facts={[1, 2].map(() => ({
          label: <Skeleton className="h-5 w-28" />,
          value: <Skeleton className="h-7 w-40 max-w-full" />,
        }))}
        included={['w-56', 'w-48', 'w-52', 'w-44'].map((width) => (
          <Skeleton key={width} className={`h-6 max-w-full ${width}`} />
        ))}
        actions={<Skeleton className="h-12 w-48 rounded-full" />}
      />
    </>
  );
}
