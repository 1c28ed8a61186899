'use client';

import { money } from '@/lib/format';
import { useLocale } from '@/lib/locale';

import { usePlans } from './PlansProvider';

/** The price in one line: "$12 a month", or "From $12 a month" where there is a choice. */
export function PriceTag() {
  const plans = usePlans();
  const locale = useLocale();
  const [first, ...others] = plans;
  if (!first) return null;
  const cheapest = others.reduce((best, plan) => (plan.price_minor < best.price_minor ? plan : best), first);
  return (
    <span className="font-semibold text-ink">
      {`${others.length > 0 ? 'From ' : ''}${money(locale, cheapest, { short: true })} a ${cheapest.interval}`}
    </span>
  );
}
