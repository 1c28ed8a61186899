'use client';

import { classes } from '@/components/ui/classes';

import { PlanCard } from './PlanCard';
import { usePlans } from './PlansProvider';
import { SectionHeading } from './SectionHeading';

/** What it costs: a card for each plan on offer. */
export function Pricing() {
  const plans = usePlans();
  const single = plans.length === 1;
  return (
    <section id="price" className="border-y border-line bg-wash">
      <div
        className={classes(
          'mx-auto grid w-full max-w-6xl gap-10 px-5 py-16 sm:px-8 lg:py-24',
          single && 'items-center lg:grid-cols-2 lg:gap-16',
        )}
      >
        <div className="grid gap-10">
          <SectionHeading lead="No joining fee, no minimum time, nothing in small letters. The price is the price, with delivery in it.">
            {single ? 'One plan, and it is a simple one' : 'Choose your rhythm'}
          </SectionHeading>
          {single && (
            <img
              src="/art/first-snow.svg"
              alt="A red cabin with a smoking chimney among snowy firs, mountains behind."
              width={300}
              height={400}
              loading="lazy"
              className="print ml-4 hidden h-auto w-64 -rotate-3 lg:block"
            />
          )}
        </div>
        <div className={classes('grid gap-6', !single && 'md:grid-cols-2 lg:grid-cols-3')}>
          {plans.map((plan) => (
            <PlanCard key={plan.code} plan={plan} />
          ))}
        </div>
      </div>
    </section>
  );
}
