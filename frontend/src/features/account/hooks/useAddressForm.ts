import { useState } from 'react';
import * as v from 'valibot';

import { profileService } from '@/services/profileService';
import { useSessionStore } from '@/store/sessionStore';

import { useKept } from './useKept';

const text = (longest: number) => v.pipe(v.string(), v.trim(), v.maxLength(longest, `Use at most ${longest} characters.`));
const line = text(100);
// What a parcel needs depends on the country: the server knows.
const schema = v.object({
  recipient: line,
  line1: line,
  line2: line,
  postal_code: text(20),
  city: line,
  region: line,
  country: v.string(),
});

type Typed = v.InferOutput<typeof schema>;

/** What was typed and not saved, so that another page of the dashboard does not cost it. In memory, for this session. */
let draft: Typed | null = null;
useSessionStore.subscribe(({ status }) => {
  if (status !== 'authenticated') draft = null;
});

/** The form for where parcels go; `unsaved` is what was typed on an earlier visit and not saved. */
export function useAddressForm() {
  const [unsaved] = useState(draft);
  const form = useKept({
    schema,
    fields: ['recipient', 'line1', 'line2', 'postal_code', 'city', 'region', 'country'],
    under: '/shipping_address',
    onTyped: (typed) => {
      draft = typed;
    },
    send: async (typed) => {
      const { shipping_address: kept } = await profileService.amend({ shipping_address: typed });
      draft = null;
      return kept
        ? { kept, words: 'Your shipping address is saved.' }
        : { kept: typed, words: 'No shipping address is saved.' };
    },
  });
  return { ...form, unsaved };
}
