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
      <Alert tone="good" title="Noted">
        <p>{message}</p>
      </Alert>
      <LinkButton href={`/login${next}`}>Log in</LinkButton>
    </div>
  );
}
