'use client';

import { useLayoutEffect, useRef, useState } from 'react';

import { Button } from '@/components/ui/Button';
import { CardHeading } from '@/components/ui/CardHeading';
import { carried } from '@/lib/carried';

import { ForgotForm } from './ForgotForm';

interface AskedProps {
  /** The address as it was typed. */
  email: string;
  message: string;
  onAgain: () => void;
}

/** What everybody is told, and what to do when no mail comes. */
function Asked({ email, message, onAgain }: AskedProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The form that had the focus is gone.
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid justify-items-start gap-4">
      <CardHeading ref={heading} aria-describedby="forgot-asked">
        Look into your mail
      </CardHeading>
      <p id="forgot-asked">{message}</p>
      <p>
        You typed <strong className="wrap-anywhere">{email}</strong>.
      </p>
      <h3 className="font-semibold">No mail after a few minutes?</h3>
      <ul className="grid list-disc gap-1.5 pl-5 text-muted">
        <li>Look among the junk mail, too.</li>
        <li>Perhaps you signed up with another address, or the one above has a slip in it.</li>
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
  // What was typed at the log-in, or here before.
  const [email, setEmail] = useState(carried);
  const [message, setMessage] = useState<string | null>(null);

  function asked(typed: string, words: string) {
    setEmail(typed);
    setMessage(words);
  }

  if (message === null) return <ForgotForm email={email} onAsked={asked} />;
  return <Asked email={email} message={message} onAgain={() => setMessage(null)} />;
}
