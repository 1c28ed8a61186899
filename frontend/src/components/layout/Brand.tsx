import Link from 'next/link';

import { brand } from '@/lib/brand';

import { BrandMark } from './BrandMark';

export interface BrandProps {
  href?: string;
}

/** Sign and name of the product, leading home. */
export function Brand({ href = '/' }: BrandProps) {
  return (
    <Link href={href} className="flex min-h-11 w-fit items-center gap-2 rounded-lg sm:gap-2.5 text-ink no-underline">
      <BrandMark className="size-8 sm:size-9" />
      <span className="font-display text-lg leading-none sm:text-xl font-bold tracking-tight">{brand.name}</span>
    </Link>
  );
}
