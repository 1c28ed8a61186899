import type { ReactNode } from 'react';

import { Card } from '@/components/ui/Card';
import type { Part } from '@/components/ui/part';

export interface CardFrameProps {
  title: ReactNode;
  badge: ReactNode;
  price: ReactNode;
  /** Pairs of words and dates. */
  facts: { label: ReactNode; value: ReactNode }[];
  included: ReactNode[];
  notice?: Part;
  actions: ReactNode;
  busy?: boolean;
}

/** The sheet that shows a subscription. Its skeleton fills the same frame, so that nothing jumps when the facts arrive. */
export function CardFrame({ title, badge, price, facts, included, notice, actions, busy = false }: CardFrameProps) {
  return (
    <Card as="section" aria-busy={busy || undefined} className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 sm:grid-cols-[minmax(0,1fr)_11rem]">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-6">
          <div className="grid gap-3">
            <div className="min-h-8">{badge}</div>
            <div className="min-h-9 font-display text-3xl leading-tight font-bold tracking-tight">{title}</div>
            <div className="min-h-7 text-lg text-muted">{price}</div>
          </div>
          <dl className="grid gap-x-8 gap-y-4 border-t border-line pt-6 *:min-w-0 min-[28rem]:grid-cols-2">
            {facts.map(({ label, value }, index) => (
              <div key={index} className="grid content-start gap-0.5">
                <dt className="min-h-6 text-[0.9375rem] text-muted">{label}</dt>
                <dd className="min-h-7 text-lg font-semibold">{value}</dd>
              </div>
            ))}
          </dl>
        </div>
        <img
          src="/art/two-lemons.svg"
          alt=""
          width={300}
          height={400}
          loading="lazy"
          className="print hidden h-auto w-full rotate-2 sm:block"
        />
      </div>
      {notice}
      <div className="flex min-h-12 flex-wrap items-center gap-3">{actions}</div>
      {included.length > 0 && (
        <ul className="grid gap-x-8 gap-y-2 border-t border-line pt-6 text-muted sm:grid-cols-2">
          {included.map((line, index) => (
            <li key={index} className="min-h-6">
              {line}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
