'use client';

import { Card } from '@/components/ui/Card';
import { CheckIcon } from '@/components/ui/icons';
import { money } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import type { Plan } from '@/types/api';

import { StartLink } from './StartLink';

export interface PlanCardProps {
  plan: Plan;
}

/** One plan: what it costs, what is in it, and the way to it. */
export function PlanCard({ plan }: PlanCardProps) {
  const locale = useLocale();
  return (
    <Card as="article" className="grid content-start gap-6">
      <div className="grid gap-2">
        <h3 className="font-display text-2xl font-bold tracking-tight">{plan.name}</h3>
        <p className="text-muted text-pretty">{plan.description}</p>
      </div>
      <p className="flex items-baseline gap-2">
        <span className="font-display text-6xl leading-none font-extrabold tracking-tight">
          {money(locale, plan, { short: true })}
        </span>
        <span className="text-lg text-muted">a {plan.interval}</span>
      </p>
      <ul className="grid gap-3 border-t border-line pt-6">
        {plan.features.map((feature) => (
          <li key={feature} className="flex items-start gap-3">
            <CheckIcon className="mt-1 size-5 shrink-0 text-good" />
            <span>{feature}</span>
          </li>
        ))}
      </ul>
      <StartLink className="w-full">{`Start with ${plan.name}`}</StartLink>
    </Card>
  );
}
