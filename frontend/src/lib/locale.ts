import { useSyncExternalStore } from 'react';

/** The locale of the exported pages: what everybody sees until their own browser takes over. */
const EXPORTED = 'en-US';

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
    () => navigator.language,
    () => EXPORTED,
  );
}
