import * as v from 'valibot';

import { useSubmission } from '@/forms/useSubmission';
import { profileService } from '@/services/profileService';

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

/** The form for where parcels go; `onSaved` hears whether there is an address now. */
export function useAddressForm(onSaved: (held: boolean) => void) {
  return useSubmission({
    schema,
    fields: ['recipient', 'line1', 'line2', 'postal_code', 'city', 'region', 'country'],
    under: '/shipping_address',
    send: async (shipping_address) => {
      const kept = await profileService.amend({ shipping_address });
      onSaved(kept.shipping_address !== null);
    },
    stays: true,
  });
}
