import type { Metadata } from 'next';

import { MessagePage } from '@/components/layout/MessagePage';
import { LinkButton } from '@/components/ui/LinkButton';

export const metadata: Metadata = { title: 'Page not found' };

/** Shown for an address that leads nowhere. */
export default function NotFoundPage() {
  return (
    <MessagePage
      title="Nobody lives at this address"
      lead="The page has moved, or the link lost a letter on its way."
      art="/art/heron.svg"
    >
      <LinkButton href="/">Back to the front door</LinkButton>
      <LinkButton href="/dashboard" variant="secondary">
        My subscription
      </LinkButton>
    </MessagePage>
  );
}
