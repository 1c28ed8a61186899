import type { FieldError, FieldErrors, FieldValues, Resolver } from 'react-hook-form';
import { getDotPath, safeParse, type GenericSchema } from 'valibot';

/** Lets a valibot schema judge a form of plain fields; the first complaint about each field counts. */
export function judgedBy<Typed extends FieldValues>(schema: GenericSchema<Typed>): Resolver<Typed> {
  return (typed) => {
    const { success, output, issues } = safeParse(schema, typed);
    if (success) return { values: output, errors: {} };
    const errors = new Map<string, FieldError>();
    for (const issue of issues) {
      const field = getDotPath(issue);
      if (field !== null && !errors.has(field)) errors.set(field, { type: 'schema', message: issue.message });
    }
    return { values: {}, errors: Object.fromEntries(errors) as FieldErrors<Typed> };
  };
}
