import Link from 'next/link';

import { brand } from '@/lib/brand';

import { BrandMark } from './BrandMark';

export interface BrandProps {
  href?: string;
}

/** Sign and name of the product, leading home. */
export function Brand({ href = '/' }: BrandProps) {
  return (
    <Link href={href} className="flex min-h-11 w-fit items-center gap-2.5 rounded-lg text-ink no-underline">
      <BrandMark />
      <span className="font-display text-xl leading-none font-bold tracking-tight">{brand.name}</span>
    </Link>
  );
}
