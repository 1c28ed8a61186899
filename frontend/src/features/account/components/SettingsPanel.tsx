'use client';

import { useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { LoadFailure } from '@/components/ui/LoadFailure';
import { sentence } from '@/lib/format';

import { useMe } from '../hooks/useMe';
import { DeleteAccount } from './DeleteAccount';
import { EmailCard } from './EmailCard';
import { KeepAccount } from './KeepAccount';
import { SettingsCard } from './SettingsCard';
import { ProfileCards } from './ProfileCards';
import { SettingsFrame } from './SettingsFrame';
import { SettingsSkeleton } from './SettingsSkeleton';
import { YourData } from './YourData';

const KEPT = 'Your account stays.';

/** How one gets in: to see, and to change. */
export function SettingsPanel() {
  const { view, reload, amend } = useMe();
  const [done, setDone] = useState<{ text: string; nth: number } | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  /** The form that had the focus begins anew; what came of it is said above. */
  function tell(text: string) {
    setDone((before) => ({ text, nth: (before?.nth ?? 0) + 1 }));
    heading.current?.focus();
  }

  function verified() {
    amend((me) => ({ ...me, email_verified: true }));
  }

  function kept() {
    amend((me) => ({ ...me, deletion_due_at: null }));
    tell(KEPT);
  }

  if (view.phase === 'loading') return <SettingsSkeleton />;
  return (
    <SettingsFrame heading={heading}>
      <LiveRegion>
        {done && (
          <Alert key={done.nth} tone="good" className="mb-6">
            {sentence(done.text)}
          </Alert>
        )}
      </LiveRegion>
      {view.phase === 'failed' ? (
        <LoadFailure title="We could not fetch your settings" retrying={view.retrying} onRetry={() => void reload()}>
          {sentence(view.problem.title)} Nothing has changed.
        </LoadFailure>
      ) : (
        <div className="grid gap-6">
          <EmailCard me={view.facts} onVerified={verified} />
          <ProfileCards />
          <SettingsCard title="Your data">
            <YourData email={view.facts.email} />
          </SettingsCard>
          <SettingsCard title="Delete your account">
            {view.facts.deletion_due_at === null ? (
              <DeleteAccount email={view.facts.email} />
            ) : (
              <KeepAccount dueAt={view.facts.deletion_due_at} onKept={kept} />
            )}
          </SettingsCard>
        </div>
      )}
    </SettingsFrame>
  );
}
