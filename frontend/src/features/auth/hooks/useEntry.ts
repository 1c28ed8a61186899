import { useRef, useState, type FormEvent } from 'react';
import { useForm } from 'react-hook-form';
import type { GenericSchema } from 'valibot';

import { problemOf, type Problem } from '@/services/problem';
import type { Credentials } from '@/types/api';

import { judgedBy } from '../resolver';
import { useCountdown } from './useCountdown';

const FIELDS = ['email', 'password'] as const;

/** A refusal that concerns the whole form; `nth` tells two equal ones apart, so that the second is announced too. */
export interface Refusal {
  problem: Problem;
  nth: number;
}

/**
 * What the forms at the front door have in common: one attempt at a time, input kept on every failure, refusals
 * brought to the field they are about, and no attempt before the server's waiting time is over.
 */
export function useEntry(
  schema: GenericSchema<Credentials>,
  enter: (credentials: Credentials) => Promise<void>,
  onSuccess: () => void,
) {
  // No default values: what the person or the password manager has typed before the script arrived stays.
  const { register, control, handleSubmit, setValue, setError, setFocus, formState } = useForm<Credentials>({
    resolver: judgedBy(schema),
  });
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const { left, start } = useCountdown();

  /** Shows a refusal where it belongs, and puts the focus there. */
  function show(problem: Problem) {
    const found = FIELDS.map((field) => ({
      field,
      error: problem.errors.find(({ pointer }) => pointer === `/${field}`),
    })).filter(({ error }) => error !== undefined);
    found.forEach(({ field, error }) => setError(field, { type: problem.code, message: error?.message }));
    if (problem.code === 'email_taken') setError('email', { type: problem.code, message: problem.title });

    const atFields = found.length > 0 || problem.code === 'email_taken';
    setRefusal((before) => (atFields ? null : { problem, nth: (before?.nth ?? 0) + 1 }));
    start(problem.retry_after ?? 0);

    const [first] = found;
    if (first) setFocus(first.field);
    else if (problem.code === 'email_taken') setFocus('email');
    else if (problem.code === 'invalid_credentials') setFocus('password', { shouldSelect: true });
  }

  async function attempt(credentials: Credentials) {
    running.current = true;
    setBusy(true);
    try {
      await enter(credentials);
    } catch (failure) {
      running.current = false;
      setBusy(false);
      show(problemOf(failure));
      return;
    }
    // Stays busy: the page is about to go.
    onSuccess();
  }

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (running.current || left > 0) return;
    // Some password managers fill a field in without telling anybody.
    const typed = new FormData(event.currentTarget);
    FIELDS.forEach((field) => setValue(field, String(typed.get(field) ?? '')));
    void handleSubmit(attempt, () => setRefusal(null))();
  }

  return { register, control, errors: formState.errors, onSubmit, busy, refusal, left };
}
