'use client';

import { useId } from 'react';

import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { StatusBadge } from '@/components/ui/StatusBadge';
import type { Session } from '@/types/api';

import { DeviceFrame } from './DeviceFrame';
import { LaptopIcon, PhoneIcon } from './icons';

export interface DeviceProps {
  session: Session;
  busy: boolean;
  onSignOut: () => void;
}

const HANDHELD = /iPhone|iPad|Android/;

/** A browser in which the user is logged in, and the way to end that. */
export function Device({ session, busy, onSignOut }: DeviceProps) {
  const { device, current, address } = session;
  const id = useId();
  const Icon = HANDHELD.test(device) ? PhoneIcon : LaptopIcon;
  return (
    <DeviceFrame
      icon={<Icon className="size-6" />}
      name={
        <h3 id={`${id}-name`} className="text-lg font-semibold">
          {device}
        </h3>
      }
      badge={current && <StatusBadge tone="good">This browser</StatusBadge>}
      facts={[
        { label: 'Last seen', value: current ? 'Right now' : <Ago time={session.last_seen_at} /> },
        { label: 'First seen', value: <Ago time={session.first_seen_at} /> },
        { label: 'Address', value: address ?? 'Not known' },
      ]}
      action={
        <Button
          id={`${id}-action`}
          variant="secondary"
          size="small"
          busy={busy}
          aria-labelledby={`${id}-action ${id}-name`}
          onClick={onSignOut}
        >
          {current ? 'Log out' : 'Log out'}
        </Button>
      }
    />
  );
}
