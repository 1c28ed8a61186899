import { useState } from 'react';
import type { FieldValues } from 'react-hook-form';

import { useSubmission, type Submission } from '@/forms/useSubmission';

interface Keeping<Typed extends FieldValues> extends Pick<Submission<Typed>, 'schema' | 'fields' | 'under'> {
  /** Answers the fields as the server keeps them, and the words that say so. Throws `Problem`. */
  send: (typed: Typed) => Promise<{ kept: Typed; words: string }>;
  /** Hears what stands in the form, with each change. */
  onTyped?: (typed: Typed) => void;
}

/** A form that stays when it is sent: it shows what is kept, and says so until something is changed again. */
export function useKept<Typed extends FieldValues>({ send, onTyped, ...submission }: Keeping<Typed>) {
  const [saved, setSaved] = useState<string | null>(null);
  const { getValues, setValue, ...form } = useSubmission({
    ...submission,
    stays: true,
    send: async (typed) => {
      const sent = getValues();
      const { kept, words } = await send(typed);
      const typedOn = getValues();
      submission.fields.forEach((field) => {
        if (typedOn[field] === sent[field]) setValue(field, kept[field]);
      });
      setSaved(words);
    },
  });
  function onChange() {
    setSaved(null);
    onTyped?.(getValues());
  }

  return { ...form, saved, onChange };
}
