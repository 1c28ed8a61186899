'use client';

import { useState } from 'react';

import { StatusBadge } from '@/components/ui/StatusBadge';
import type { User } from '@/types/api';

import { ChangeEmail } from './ChangeEmail';
import { SettingsCard } from './SettingsCard';
import { VerifyEmail } from './VerifyEmail';

export interface EmailCardProps {
  me: User;
  onVerified: () => void;
  onAsked: (message: string) => void;
}

/** The address, whether it is confirmed, and the way to another one. */
export function EmailCard({ me, onVerified, onAsked }: EmailCardProps) {
  // Its own success alone begins the form anew: what is typed here outlasts that of others.
  const [round, setRound] = useState(0);

  function asked(message: string) {
    setRound((before) => before + 1);
    onAsked(message);
  }

  return (
    <SettingsCard title="E-mail address">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="min-w-0 text-lg font-semibold break-words">{me.email}</span>
        {me.email_verified ? (
          <StatusBadge tone="good">Confirmed</StatusBadge>
        ) : (
          <StatusBadge tone="warn">Not confirmed</StatusBadge>
        )}
      </p>
      {!me.email_verified && <VerifyEmail onVerified={onVerified} />}
      <div className="border-t border-line pt-5">
        <ChangeEmail key={round} email={me.email} onAsked={asked} />
      </div>
    </SettingsCard>
  );
}
