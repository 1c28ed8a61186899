'use client';

import { Card } from '@/components/ui/Card';
import { Skeleton } from '@/components/ui/Skeleton';
import { day } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import type { User } from '@/types/api';

export interface AccountCardProps {
  /** Null while it is on its way. */
  user: User | null;
}

/** Whose account this is. */
export function AccountCard({ user }: AccountCardProps) {
  const locale = useLocale();
  return (
    <Card as="section" aria-busy={user ? undefined : true} className="grid grid-cols-[minmax(0,1fr)] content-start gap-5">
      <h2 className="font-display text-xl font-bold tracking-tight">Your account</h2>
      <dl className="grid gap-4">
        <div className="grid gap-0.5">
          <dt className="text-[0.9375rem] text-muted">E-mail</dt>
          <dd className="min-h-6 font-semibold wrap-anywhere">
            {user ? user.email : <Skeleton className="h-6 w-48 max-w-full" />}
          </dd>
        </div>
        <div className="grid gap-0.5">
          <dt className="text-[0.9375rem] text-muted">With us since</dt>
          <dd className="min-h-6 font-semibold">
            {user ? (
              <time dateTime={user.created_at}>{day(locale, user.created_at)}</time>
            ) : (
              <Skeleton className="h-6 w-36 max-w-full" />
            )}
          </dd>
        </div>
      </dl>
    </Card>
  );
}
