import * as v from 'valibot';

import { sixDigits, WRONG_APP_CODE } from '@/forms/sixDigits';
import { useSubmission } from '@/forms/useSubmission';
import { factorService } from '@/services/factorService';
import { Problem, problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';
import type { SignedIn } from '@/types/api';

const appSchema = v.object({
  app_code: sixDigits('Type the code that your app shows.'),
  trust_browser: v.boolean(),
});

const recoverySchema = v.object({
  recovery_code: v.pipe(v.string(), v.trim(), v.nonEmpty('Type one of your recovery codes.'), v.maxLength(64, 'That is too long.')),
});

/** What both ways through the second step have in common: a ticket that ended leads back to the password. */
function useEnter(onEnd: (problem: Problem) => void, wrong: string) {
  const enter = useSessionStore((session) => session.enter);
  return async (ask: () => Promise<SignedIn>) => {
    try {
      await enter(ask);
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.code === 'ticket_ended') onEnd(problem);
      const { status, code, instance } = problem;
      throw code === 'wrong_factor_code' ? new Problem({ status, code, instance, title: wrong }) : problem;
    }
  };
}

/** The form for the code of the app. */
export function useAppStep(ticket: string, onSuccess: () => void, onEnd: (problem: Problem) => void) {
  const enter = useEnter(onEnd, WRONG_APP_CODE);
  return useSubmission({
    schema: appSchema,
    fields: ['app_code'],
    at: { wrong_factor_code: 'app_code' },
    send: ({ app_code, trust_browser }) => enter(() => factorService.byApp(ticket, app_code, trust_browser)),
    onSuccess,
  });
}

/** The form for a recovery code. */
export function useRecoveryStep(ticket: string, onSuccess: () => void, onEnd: (problem: Problem) => void) {
  const enter = useEnter(onEnd, 'That is not one of your unused recovery codes. Check each letter, or take another one.');
  return useSubmission({
    schema: recoverySchema,
    fields: ['recovery_code'],
    at: { wrong_factor_code: 'recovery_code' },
    send: ({ recovery_code }) => enter(() => factorService.byRecoveryCode(ticket, recovery_code)),
    onSuccess,
  });
}
