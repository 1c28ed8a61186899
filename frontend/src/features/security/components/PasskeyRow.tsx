'use client';

import { useId } from 'react';

import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { KeyIcon } from '@/components/ui/KeyIcon';
import { StatusBadge } from '@/components/ui/StatusBadge';
import type { Passkey } from '@/types/api';

import { DeviceFrame } from './DeviceFrame';

export interface PasskeyRowProps {
  passkey: Passkey;
  onRename: () => void;
  onRemove: () => void;
}

/** A passkey: what it is called, where it is kept, when it was used. */
export function PasskeyRow({ passkey, onRename, onRemove }: PasskeyRowProps) {
  const id = useId();
  const button = (name: string, press: () => void) => (
    <Button
      id={`${id}-${name}`}
      variant="secondary"
      size="small"
      aria-labelledby={`${id}-${name} ${id}-name`}
      onClick={press}
    >
      {name}
    </Button>
  );
  return (
    <DeviceFrame
      icon={<KeyIcon className="size-6" />}
      name={
        <h3 id={`${id}-name`} className="min-w-0 text-lg font-semibold break-words">
          {passkey.name}
        </h3>
      }
      badge={passkey.synced && <StatusBadge tone="good">On several devices</StatusBadge>}
      facts={[
        { label: 'Kept in', value: passkey.kept_in },
        { label: 'Added', value: <Ago time={passkey.created_at} /> },
        { label: 'Last used', value: passkey.last_used_at ? <Ago time={passkey.last_used_at} /> : 'Not yet' },
      ]}
      action={
        <div className="flex flex-wrap gap-2">
          {button('Rename', onRename)}
          {button('Remove', onRemove)}
        </div>
      }
    />
  );
}
