import { useLocale } from '@/lib/locale';
import type { DataCopy } from '@/types/api';

import { heldLists, heldWords } from '../hooks/heldWords';

/** More are in the file. */
const MOST_ROWS = 50;

/** Everything that is held about the person, to read. */
export function HeldData({ copy }: { copy: DataCopy }) {
  const locale = useLocale();
  return (
    <div className="grid gap-2">
      {heldLists(copy).map(({ name, title, rows }) => (
        <details key={name} className="rounded-xl border border-line px-4 py-3">
          <summary className="cursor-pointer font-semibold">
            {title} ({rows.length})
          </summary>
          <ul className="mt-3 grid gap-4">
            {rows.slice(0, MOST_ROWS).map((row, nth) => (
              <li key={nth} className="border-t border-line pt-3">
                <dl className="grid gap-1 text-[0.9375rem]">
                  {heldWords(locale, row).map(({ label, words }) => (
                    <div key={label} className="flex flex-wrap gap-x-2">
                      <dt className="text-muted">{label}</dt>
                      <dd className="min-w-0 wrap-anywhere">{words}</dd>
                    </div>
                  ))}
                </dl>
              </li>
            ))}
          </ul>
          {rows.length > MOST_ROWS && <p className="mt-3 text-muted">{`${rows.length - MOST_ROWS} more are in the file.`}</p>}
        </details>
      ))}
      <p className="text-[0.9375rem] text-muted">Numbers and keys that only computers read are in the file.</p>
    </div>
  );
}
