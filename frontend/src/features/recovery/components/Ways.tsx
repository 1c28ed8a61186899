import { LinkButton } from '@/components/ui/LinkButton';

import type { WayOn } from '../hooks/errands';

/** Where to go from here: one way, or the other. */
export function Ways({ href, link, also }: Omit<WayOn, 'text'>) {
  return (
    <div className="flex flex-wrap gap-3">
      <LinkButton href={href}>{link}</LinkButton>
      {also && (
        <LinkButton variant="secondary" href={also.href}>
          {also.link}
        </LinkButton>
      )}
    </div>
  );
}
