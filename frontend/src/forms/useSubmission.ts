import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useForm, type FieldPath, type FieldValues, type PathValue } from 'react-hook-form';
import type { GenericSchema } from 'valibot';

import { problemOf, type Problem, type ProblemCode } from '@/services/problem';

import { sendProving } from './proving';
import { judgedBy } from './resolver';
import { useCountdown } from './useCountdown';

/** A refusal that concerns the whole form; `nth` tells two equal ones apart, so that the second is announced too. */
export interface Refusal {
  problem: Problem;
  nth: number;
}

export interface Submission<Typed extends FieldValues> {
  schema: GenericSchema<Typed>;
  /** The fields that are typed into, in the order of the page. */
  fields: readonly FieldPath<Typed>[];
  /** Where the server has them, as a JSON pointer, when that is not the top of the body. */
  under?: string;
  /** Refusals whose title belongs at a field. */
  at?: Partial<Record<ProblemCode, FieldPath<Typed>>>;
  /** Refusals of the whole form after which a field is typed again. */
  again?: Partial<Record<ProblemCode, FieldPath<Typed>>>;
  /**
   * Throws `Problem`. `proof` is of work, when the server has asked for it. `again` is no failure and not yet the end: the
   * form is there for another attempt, and says itself why.
   */
  send: (typed: Typed, proof?: string) => Promise<void | 'again'>;
  /** It is done. The page or the form goes now: until then it stays busy. */
  onSuccess?: () => void;
  /** Instead the form stays, for another attempt. */
  stays?: boolean;
}

/**
 * What all forms have in common: one attempt at a time, input kept on every failure, refusals brought to the field they
 * are about, and no attempt before the server's waiting time is over. Where the server asks for a proof of work, the
 * browser does it unasked, and what was typed is sent again: nobody has to solve anything.
 */
export function useSubmission<Typed extends FieldValues>(submission: Submission<Typed>) {
  const { schema, fields, under = '', at = {}, again = {}, send, onSuccess, stays = false } = submission;
  // No default values: what the person or the password manager has typed before the script arrived stays.
  const { register, control, handleSubmit, getValues, setValue, setError, setFocus, formState } = useForm<Typed>({
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
    const found = fields.flatMap((field) => {
      const error = problem.errors.find(({ pointer }) => pointer === `${under}/${field}`);
      const message = error?.message ?? (at[problem.code] === field ? problem.title : undefined);
      return message === undefined ? [] : [{ field, message }];
    });
    found.forEach(({ field, message }) => setError(field, { type: problem.code, message }));
    setRefusal((before) => (found.length > 0 ? null : { problem, nth: (before?.nth ?? 0) + 1 }));
    start(problem.retry_after ?? 0);

    const [first] = found;
    const retyped = again[problem.code];
    if (first) setFocus(first.field);
    else if (retyped) setFocus(retyped, { shouldSelect: true });
  }

  /** Ready for another attempt. */
  function rest() {
    running.current = false;
    setBusy(false);
    setProving(false);
  }

  async function attempt(typed: Typed) {
    setBusy(true);
    work.current = new AbortController();
    let came: void | 'again';
    try {
      came = await sendProving((proof) => send(typed, proof), work.current.signal, () => {
        setRefusal(null);
        setProving(true);
      });
    } catch (failure) {
      rest();
      show(problemOf(failure));
      return;
    }
    if (stays || came) {
      rest();
      setRefusal(null);
    }
    if (!came) onSuccess?.();
  }

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (running.current || left > 0) return;
    // Now, and not when the fields have been judged: that takes a moment, in which a second submit would get through.
    running.current = true;
    // Some password managers fill a field in without telling anybody.
    const typed = new FormData(event.currentTarget);
    fields.forEach((field) => setValue(field, String(typed.get(field) ?? '') as PathValue<Typed, typeof field>));
    void handleSubmit(attempt, () => {
      running.current = false;
      setRefusal(null);
    })();
  }

  return { register, control, getValues, setValue, errors: formState.errors, onSubmit, busy, proving, refusal, left };
}
