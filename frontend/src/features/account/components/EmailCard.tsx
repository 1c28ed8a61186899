'use client';

import { useRef, useState } from 'react';

import { StatusBadge } from '@/components/ui/StatusBadge';
import { accountService } from '@/services/accountService';
import { useLoaded } from '@/store/useLoaded';
import type { User } from '@/types/api';

import { ChangeEmail } from './ChangeEmail';
import { PendingEmail } from './PendingEmail';
import { Saved } from './Saved';
import { SettingsCard } from './SettingsCard';
import { VerifyEmail } from './VerifyEmail';

export interface EmailCardProps {
  me: User;
  onVerified: () => void;
}

/** The address, whether it is confirmed, one that waits to be, and the way to another one. */
export function EmailCard({ me, onVerified }: EmailCardProps) {
  // Its own success alone begins the form anew: what is typed here outlasts that of others.
  const [round, setRound] = useState(0);
  const [told, setTold] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  // Seen where it can be found out. Without it the form is there all the same.
  const { view, reload } = useLoaded(accountService.emailChange);
  const wanted = view.phase === 'ready' ? view.facts : null;

  function tell(text: string) {
    setTold(text);
    void reload();
    // What had the focus may go.
    place.current?.focus();
  }

  function asked(email: string) {
    setRound((before) => before + 1);
    tell(`We have sent a mail to ${email}. Nothing changes before you confirm it there.`);
  }

  function verified() {
    onVerified();
    tell('Your e-mail address is confirmed.');
  }

  return (
    <SettingsCard title="E-mail address">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="min-w-0 text-lg font-semibold wrap-anywhere">{me.email}</span>
        {me.email_verified ? (
          <StatusBadge tone="good">Confirmed</StatusBadge>
        ) : (
          <StatusBadge tone="warn">Not confirmed</StatusBadge>
        )}
      </p>
      <div ref={place} tabIndex={-1} role="group" aria-label="News of your e-mail address" className={told === null ? 'sr-only' : 'outline-none'}>
        <Saved text={told} />
      </div>
      {!me.email_verified && <VerifyEmail email={me.email} onVerified={verified} />}
      {wanted?.email && wanted.expires_at && (
        <PendingEmail email={me.email} wanted={wanted.email} until={wanted.expires_at} onDone={tell} />
      )}
      <div className="border-t border-line pt-5">
        <ChangeEmail key={round} email={me.email} onAsked={asked} />
      </div>
    </SettingsCard>
  );
}
