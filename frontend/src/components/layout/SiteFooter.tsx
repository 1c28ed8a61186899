import { brand } from '@/lib/brand';

import { BrandMark } from './BrandMark';

/** The foot of every page. */
export function SiteFooter() {
  return (
    <footer className="border-t border-line">
      <div className="mx-auto flex w-full max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-3 px-5 py-8 text-[0.9375rem] text-muted sm:px-8">
        <p className="flex items-center gap-2.5">
          <BrandMark className="size-6" />
          <span>
            <span className="font-semibold text-ink">{brand.name}</span> · {brand.tagline}
          </span>
        </p>
        <p>Made slowly, delivered flat.</p>
      </div>
    </footer>
  );
}
