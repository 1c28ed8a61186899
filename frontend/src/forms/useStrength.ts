import { useEffect, useState } from 'react';

import { estimateStrength, PASSWORD_MAX, PASSWORD_MIN, passwordLength } from '@/lib/password';
import { authService } from '@/services/authService';
import type { PasswordAssessment } from '@/types/api';

const PAUSE_MS = 400;

const WORDS = ['Easy to guess', 'Weak', 'Fair', 'Good', 'Strong'];

export interface Strength {
  /** 0 to 4. */
  score: number;
  /** What it means, or what is missing; empty before typing. */
  text: string;
}

function told(password: string, email: string, assessment: PasswordAssessment | undefined): Strength {
  const length = passwordLength(password);
  if (length === 0) return { score: 0, text: '' };
  const missing = PASSWORD_MIN - length;
  const score = assessment?.strength ?? estimateStrength(password, email);
  if (missing > 0) return { score: Math.min(score, 1), text: `${missing} more ${missing === 1 ? 'character' : 'characters'}` };
  if (length > PASSWORD_MAX) return { score: 0, text: `Use at most ${PASSWORD_MAX} characters.` };
  if (assessment && !assessment.accepted) {
    return { score: 0, text: assessment.reasons.map(({ message }) => message).join(' ') };
  }
  return { score, text: WORDS[score] ?? '' };
}

/**
 * How strong a password is, while it is typed: an estimate at once, the server's word (leaked passwords, the
 * product's name) after a pause in typing. A hint only, so a server that does not answer changes nothing.
 */
export function useStrength(password: string, email: string): Strength {
  const [heard, setHeard] = useState<{ about: string; assessment: PasswordAssessment }>();
  const about = `${email}\n${password}`;

  useEffect(() => {
    const length = passwordLength(password);
    if (length < PASSWORD_MIN || length > PASSWORD_MAX) return;
    const flight = new AbortController();
    const timer = setTimeout(() => {
      authService.assessPassword(password, email, flight.signal).then(
        (assessment) => setHeard({ about: `${email}\n${password}`, assessment }),
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      flight.abort();
    };
  }, [password, email]);

  return told(password, email, heard?.about === about ? heard.assessment : undefined);
}
