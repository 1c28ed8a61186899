import { useEffect, useRef } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LinkButton } from '@/components/ui/LinkButton';

import { useNextQuery } from '../hooks/useNextQuery';

export interface SignupNoticeProps {
  /** The server's words: the same whether the address was free or not. */
  message: string;
}

/** Takes the form's place when sign-up is private. The form had the focus, so this takes it, and is read out. */
export function SignupNotice({ message }: SignupNoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  const next = useNextQuery();
  useEffect(() => box.current?.focus(), []);

  return (
    <div ref={box} tabIndex={-1} role="group" aria-label="Your sign-up" className="grid gap-5 outline-none">
      <Alert tone="info" title="Look into your mail">
        <p>{message}</p>
      </Alert>
      <p className="text-muted">No mail after a few minutes? Look among the junk mail, too.</p>
      {/* Not the next step: before the mail is confirmed, a log-in is refused. */}
      <LinkButton variant="secondary" href={`/login${next}`}>
        Log in
      </LinkButton>
    </div>
  );
}
