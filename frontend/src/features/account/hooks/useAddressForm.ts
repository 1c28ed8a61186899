import * as v from 'valibot';

import { profileService } from '@/services/profileService';

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

/** The form for where parcels go. */
export function useAddressForm() {
  return useKept({
    schema,
    fields: ['recipient', 'line1', 'line2', 'postal_code', 'city', 'region', 'country'],
    under: '/shipping_address',
    send: async (typed) => {
      const { shipping_address: kept } = await profileService.amend({ shipping_address: typed });
      return kept
        ? { kept, words: 'Your shipping address is saved.' }
        : { kept: typed, words: 'We have no shipping address of yours any more.' };
    },
  });
}
