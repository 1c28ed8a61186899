import { Skeleton } from '@/components/ui/Skeleton';

/** While a link is looked at. */
export function Checking() {
  return (
    <div className="grid gap-5" aria-busy="true">
      <p role="status">Looking at your link …</p>
      <Skeleton className="h-12 w-full" />
      <Skeleton className="h-14 w-full rounded-full" />
    </div>
  );
}
