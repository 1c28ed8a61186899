import { Skeleton } from '@/components/ui/Skeleton';

import { ActivityFrame } from './ActivityFrame';
import { DayCard } from './DayCard';
import { EventFrame } from './EventFrame';

/** The shape of the page while the events are on their way. */
export function ActivitySkeleton() {
  return (
    <ActivityFrame>
      <p role="status" className="sr-only">
        Loading your recent activity
      </p>
      <DayCard busy name={<Skeleton className="h-7 w-28" />}>
        {['w-40', 'w-56', 'w-48', 'w-40'].map((width, row) => (
          <EventFrame
            key={row}
            icon={<Skeleton className="size-6 rounded-full" />}
            text={<Skeleton className={`h-6 max-w-full ${width}`} />}
            time={<Skeleton className="h-5 w-16" />}
            details={<Skeleton className="h-5 w-64 max-w-full" />}
          />
        ))}
      </DayCard>
    </ActivityFrame>
  );
}
