import type { ReactElement } from 'react';

import { Button, type ButtonProps } from '@/components/ui/Button';
import { FormProblem } from '@/forms/FormProblem';
import type { useSubmission } from '@/forms/useSubmission';

import { Saved } from './Saved';

export interface SettingsFormProps
  extends Pick<ReturnType<typeof useSubmission>, 'onSubmit' | 'busy' | 'proving' | 'refusal' | 'left'> {
  /** What the form is for. */
  label: string;
  /** The id of what it was refused for. */
  problem: string;
  /** The words of its button, and how it looks. */
  action: string;
  variant?: ButtonProps['variant'];
  /** Of a form that stays: what it says when it is saved, and that something is changed again. */
  saved?: string | null;
  onChange?: () => void;
  /** Its fields, given the id of what describes them all. */
  children: (about: string | undefined) => ReactElement;
}

/** The frame of a form that changes one thing about the account. */
export function SettingsForm({ label, problem, action, variant = 'secondary', children, ...form }: SettingsFormProps) {
  const { saved, onChange, onSubmit, busy, proving, refusal, left } = form;
  const about = refusal ? problem : undefined;
  return (
    <form method="post" noValidate onSubmit={onSubmit} onChange={onChange} className="grid gap-5" aria-label={label}>
      <FormProblem id={problem} refusal={refusal} left={left} proving={proving} />
      {children(about)}
      <Button
        type="submit"
        variant={variant}
        busy={busy || left > 0}
        aria-describedby={about}
        className="justify-self-start"
      >
        {action}
      </Button>
      {saved !== undefined && <Saved text={saved} />}
    </form>
  );
}
