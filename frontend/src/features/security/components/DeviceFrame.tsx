import type { ReactElement, ReactNode } from 'react';

import type { Part } from '@/components/ui/part';

export interface DeviceFrameProps {
  icon: ReactNode;
  name: ReactElement;
  badge?: Part;
  facts: { label: string; value: ReactNode }[];
  action: ReactNode;
}

/** One row of the list of browsers. Its skeleton fills the same frame. */
export function DeviceFrame({ icon, name, badge, facts, action }: DeviceFrameProps) {
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-4 gap-y-4 py-6 sm:grid-cols-[auto_minmax(0,1fr)_auto]">
      <span className="grid size-11 place-items-center rounded-full bg-wash text-muted">{icon}</span>
      <div className="grid min-w-0 gap-3">
        <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5">
          {name}
          {badge}
        </div>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
          {facts.map(({ label, value }) => (
            <div key={label} className="grid min-w-0 content-start gap-0.5 max-sm:last:col-span-2">
              <dt className="text-[0.9375rem] text-muted">{label}</dt>
              <dd className="min-h-6 font-medium break-words first-letter:uppercase">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="col-start-2 flex min-h-11 items-center sm:col-start-3">{action}</div>
    </li>
  );
}
