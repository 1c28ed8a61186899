'use client';

import { MessagePage } from '@/components/layout/MessagePage';
import { Button } from '@/components/ui/Button';
import { LinkButton } from '@/components/ui/LinkButton';

/** Shown when a page breaks while it is drawn. What broke is not for this screen. */
export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <MessagePage
      title="Something fell off the wall"
      lead="That is our fault, and nothing of yours is lost. Trying again often helps."
      art="/art/low-tide.svg"
    >
      <Button onClick={reset}>Try again</Button>
      <LinkButton href="/" variant="secondary">
        Back to the front door
      </LinkButton>
    </MessagePage>
  );
}
