'use client';

import Link from 'next/link';

import { useStart } from './StartLink';

/** The last word of the page, and the way in. */
export function Closing() {
  const { href, words } = useStart('Open an account');
  return (
    <section className="mx-auto w-full max-w-6xl px-5 pb-16 sm:px-8 lg:pb-24">
      <div className="relative grid gap-6 overflow-hidden rounded-4xl bg-deep px-6 py-14 text-on-deep sm:px-12 lg:py-20">
        <h2 className="max-w-2xl font-display text-4xl leading-[1.02] font-extrabold tracking-tight text-balance sm:text-6xl">
          There is a bare wall that would like to meet you.
        </h2>
        <Link
          href={href}
          className="inline-flex min-h-14 w-fit items-center rounded-full border border-transparent bg-on-deep px-8 py-3 text-lg font-semibold text-deep no-underline outline-offset-4 focus-visible:outline-on-deep hover:underline"
        >
          {words}
        </Link>
        <img
          src="/art/heron.svg"
          alt=""
          width={300}
          height={400}
          loading="lazy"
          className="print absolute -right-4 -bottom-24 hidden h-auto w-72 rotate-6 lg:block"
        />
      </div>
    </section>
  );
}
