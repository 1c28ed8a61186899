'use client';

import { Alert } from '@/components/ui/Alert';
import { day } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import type { TakenBack } from '@/types/api';

import { takenBackWords } from '../hooks/takenBack';

/** What others had done and is taken back, and what goes later. */
export function TakenBackList({ came }: { came: TakenBack }) {
  const locale = useLocale();
  const words = takenBackWords(came);
  return (
    <>
      {words.length > 0 && (
        <div className="grid gap-2">
          <h3 className="font-semibold">What we did</h3>
          <ul className="grid list-disc gap-1.5 pl-5">
            {words.map((sentence) => (
              <li key={sentence} className="break-words">
                {sentence}
              </li>
            ))}
          </ul>
        </div>
      )}
      {came.authenticator_removal_at !== null && (
        <Alert tone="warn">
          An authenticator app was turned on there. It is removed on {day(locale, came.authenticator_removal_at)}. In a
          browser that you used before, or with a passkey, you can remove it at once or keep it.
        </Alert>
      )}
    </>
  );
}
