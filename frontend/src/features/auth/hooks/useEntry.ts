import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useForm } from 'react-hook-form';
import type { GenericSchema } from 'valibot';

import { problemOf, type Problem } from '@/services/problem';
import type { Credentials } from '@/types/api';

import { judgedBy } from '../resolver';
import { useCountdown } from './useCountdown';

const FIELDS = ['email', 'password'] as const;

/** The first may come too late, when the device fell asleep over it. */
const MOST_PROOFS = 2;

/** A refusal that concerns the whole form; `nth` tells two equal ones apart, so that the second is announced too. */
export interface Refusal {
  problem: Problem;
  nth: number;
}

/**
 * What the forms at the front door have in common: one attempt at a time, input kept on every failure, refusals
 * brought to the field they are about, and no attempt before the server's waiting time is over. Where the server asks
 * for a proof of work, the browser does it unasked, and what was typed is sent again: nobody has to solve anything.
 */
export function useEntry(
  schema: GenericSchema<Credentials>,
  enter: (credentials: Credentials) => Promise<void>,
  onSuccess?: () => void,
) {
  // No default values: what the person or the password manager has typed before the script arrived stays.
  const { register, control, handleSubmit, setValue, setError, setFocus, formState } = useForm<Credentials>({
    resolver: judgedBy(schema),
  });
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const [proving, setProving] = useState(false);
  const running = useRef(false);
  const work = useRef<AbortController>(undefined);
  const { left, start } = useCountdown();

  useEffect(() => () => work.current?.abort(), []);

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

  /** Enters, with a proof of work if the server asks for one. */
  async function enterProving(credentials: Credentials, proofs = MOST_PROOFS) {
    try {
      await enter(credentials);
    } catch (failure) {
      if (proofs === 0 || problemOf(failure).code !== 'proof_required') throw failure;
      setRefusal(null);
      setProving(true);
      work.current = new AbortController();
      // Loaded when it is needed, which is seldom.
      const { prove } = await import('@/services/proofOfWork');
      const proof = await prove(work.current.signal);
      await enterProving({ ...credentials, proof }, proofs - 1);
    }
  }

  async function attempt(credentials: Credentials) {
    setBusy(true);
    try {
      await enterProving(credentials);
    } catch (failure) {
      running.current = false;
      setBusy(false);
      setProving(false);
      show(problemOf(failure));
      return;
    }
    // Stays busy: the page is about to go.
    onSuccess?.();
  }

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (running.current || left > 0) return;
    // Now, and not when the fields have been judged: that takes a moment, in which a second submit would get through.
    running.current = true;
    // Some password managers fill a field in without telling anybody.
    const typed = new FormData(event.currentTarget);
    FIELDS.forEach((field) => setValue(field, String(typed.get(field) ?? '')));
    void handleSubmit(attempt, () => {
      running.current = false;
      setRefusal(null);
    })();
  }

  return { register, control, errors: formState.errors, onSubmit, busy, proving, refusal, left };
}
