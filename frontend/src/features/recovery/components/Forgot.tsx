'use client';

import { useLayoutEffect, useRef, useState } from 'react';

import { Button } from '@/components/ui/Button';
import { CardHeading } from '@/components/ui/CardHeading';

import { ForgotForm } from './ForgotForm';

interface AskedProps {
  message: string;
  onAgain: () => void;
}

/** What everybody is told, and what to do when no mail comes. */
function Asked({ message, onAgain }: AskedProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The form that had the focus is gone.
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid justify-items-start gap-4">
      <CardHeading ref={heading} aria-describedby="forgot-asked">
        Look into your mail
      </CardHeading>
      <p id="forgot-asked">{message}</p>
      <h3 className="font-semibold">No mail after a few minutes?</h3>
      <ul className="grid list-disc gap-1.5 pl-5 text-muted">
        <li>Look among the junk mail, too.</li>
        <li>Perhaps you signed up with another address, or the one you typed has a slip in it.</li>
        <li>Only the newest mail counts: a link in an older one no longer works.</li>
      </ul>
      <Button variant="secondary" onClick={onAgain}>
        Try again
      </Button>
    </div>
  );
}

/** Asking for a new password, and what comes of it. */
export function Forgot() {
  const [message, setMessage] = useState<string | null>(null);
  if (message === null) return <ForgotForm onAsked={setMessage} />;
  return <Asked message={message} onAgain={() => setMessage(null)} />;
}
