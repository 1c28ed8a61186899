import { ArrowRightIcon } from '@/components/ui/icons';
import { brand } from '@/lib/brand';

import { PriceTag } from './PriceTag';
import { StartLink } from './StartLink';

/** The first screen: what it is, what it costs, how to begin. */
export function Hero() {
  return (
    <section className="mx-auto grid w-full max-w-6xl items-center gap-10 px-5 pt-10 pb-16 sm:px-8 sm:pt-14 lg:grid-cols-[minmax(0,1.1fr)_minmax(0,1fr)] lg:gap-14 lg:pb-24">
      <div className="grid gap-6">
        <h1 className="font-display text-[clamp(2.5rem,1.6rem+4.6vw,5rem)] leading-[0.98] font-extrabold tracking-[-0.03em] text-balance">
          {brand.tagline}
        </h1>
        <p className="max-w-xl text-xl text-muted text-pretty">
          We work with printmakers who still cut, carve and pull every sheet by hand. Once a month one of those sheets,
          signed and numbered, comes to live with you.
        </p>
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <StartLink size="large">
            <span>Create your account</span>
            <ArrowRightIcon />
          </StartLink>
          <p className="text-muted">
            <PriceTag />
            <br />
            <span>Cancel whenever you like.</span>
          </p>
        </div>
      </div>
      <picture className="block">
        <source media="(prefers-color-scheme: dark)" srcSet="/art/doorstep-night.svg" />
        <img
          src="/art/doorstep-day.svg"
          alt="A green front door. On its step a print and a parcel tied with string, a lemon tree, and a cat."
          width={720}
          height={800}
          fetchPriority="high"
          className="aspect-square w-full rounded-4xl bg-wall object-cover object-bottom shadow-lift sm:aspect-[9/10]"
        />
      </picture>
    </section>
  );
}
