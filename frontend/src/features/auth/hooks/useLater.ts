import { useEffect, useState } from 'react';

/** Something that the page does not wait for: null until it has come. Without it the page works as well. */
export function useLater<Thing>(load: () => Promise<Thing>): Thing | null {
  const [come, setCome] = useState<Thing | null>(null);
  useEffect(() => {
    load().then(
      (thing) => setCome(() => thing),
      () => undefined,
    );
  }, [load]);
  return come;
}
