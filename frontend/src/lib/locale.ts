import { useSyncExternalStore } from 'react';

/** The locale of the exported pages: what everybody sees until their own browser takes over. */
const EXPORTED = 'en-US';

/**
 * The language tag (BCP 47) that a browser means. Some tell the name of a POSIX locale, such as `de_DE.UTF-8` or `C`, or nothing; Intl
 * would throw at that.
 */
export function localeOf(told: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(told?.replace(/[.@].*/, '').replaceAll('_', '-'))[0] ?? EXPORTED;
  } catch {
    return EXPORTED;
  }
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('languagechange', changed);
  return () => {
    window.removeEventListener('languagechange', changed);
  };
}

/** The person's locale (BCP 47); while the exported markup is taken over it is the export's, so that both agree. */
export function useLocale(): string {
  return useSyncExternalStore(
    subscribe,
    () => localeOf(navigator.language),
    () => EXPORTED,
  );
}
