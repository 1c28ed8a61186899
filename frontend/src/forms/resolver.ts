import type { FieldErrors, Resolver } from 'react-hook-form';
import { getDotPath, safeParse, type GenericSchema } from 'valibot';

import type { Credentials } from '@/types/api';

const FIELDS = ['email', 'password', 'remember'] as const;

/** Lets a valibot schema judge a form of plain fields; the first complaint about each field counts. */
export function judgedBy(schema: GenericSchema<Credentials>): Resolver<Credentials> {
  return (typed) => {
    const { success, output, issues } = safeParse(schema, typed);
    if (success) return { values: output, errors: {} };
    const errors: FieldErrors<Credentials> = {};
    for (const field of FIELDS) {
      const issue = issues.find((one) => getDotPath(one) === field);
      if (issue) errors[field] = { type: 'schema', message: issue.message };
    }
    return { values: {}, errors };
  };
}
