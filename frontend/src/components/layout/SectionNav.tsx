'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

export interface SectionNavProps {
  /** What the navigation is of, for those who hear it. */
  label: string;
  items: { href: string; text: string }[];
}

/** The pages of one part of the site; the one we are on is marked in text weight, by a line, and for screen readers. */
export function SectionNav({ label, items }: SectionNavProps) {
  // Addresses of the export end in a slash, those in the code do not.
  const here = usePathname().replace(/(.)\/$/, '$1');
  return (
    <nav aria-label={label} className="border-b border-line">
      <ul className="mx-auto flex w-full max-w-6xl flex-wrap gap-x-6 px-5 sm:px-8">
        {items.map(({ href, text }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={href === here ? 'page' : undefined}
              className="-mb-px block border-b-3 border-transparent py-3 forced-colors:border-[color:Canvas] font-medium text-muted no-underline hover:text-ink aria-[current=page]:border-accent forced-colors:aria-[current=page]:border-[color:Highlight] aria-[current=page]:font-semibold aria-[current=page]:text-ink"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
