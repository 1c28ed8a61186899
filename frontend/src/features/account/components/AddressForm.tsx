'use client';

import { useMemo, useState } from 'react';

import { Button } from '@/components/ui/Button';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';
import { countries } from '@/lib/countries';
import type { ShippingAddress } from '@/types/api';

import { useAddressForm } from '../hooks/useAddressForm';
import { Saved } from './Saved';

/** The words of each field, in the order in which an address is written, and what browsers know it by. */
const LINES = [
  { field: 'recipient', label: 'Recipient', token: 'shipping name' },
  { field: 'line1', label: 'Street and number', token: 'shipping address-line1' },
  { field: 'line2', label: 'Apartment, floor (optional)', token: 'shipping address-line2' },
  { field: 'postal_code', label: 'Postal code', token: 'shipping postal-code', half: true },
  { field: 'city', label: 'City', token: 'shipping address-level2', half: true },
  { field: 'region', label: 'State or region (optional)', token: 'shipping address-level1' },
] as const;

export interface AddressFormProps {
  /** The address so far. */
  address: ShippingAddress | null;
}

/** Where parcels go; empty is nowhere. */
export function AddressForm({ address }: AddressFormProps) {
  const [saved, setSaved] = useState<string | null>(null);
  const { register, errors, onSubmit, busy, proving, refusal, left } = useAddressForm((held) =>
    setSaved(held ? 'Your shipping address is saved.' : 'We have no shipping address of yours any more.'),
  );
  const choice = useMemo(() => countries(), []);
  const about = refusal ? 'address-problem' : undefined;
  return (
    <form
      method="post"
      noValidate
      onSubmit={onSubmit}
      onChange={() => setSaved(null)}
      className="grid gap-5"
      aria-label="Your shipping address"
    >
      <FormProblem id="address-problem" refusal={refusal} left={left} proving={proving} />
      <div className="grid gap-5 sm:grid-cols-2">
        {LINES.map(({ field, label, token, ...more }) => (
          <div key={field} className={'half' in more ? undefined : 'sm:col-span-2'}>
            <TextField
              {...register(field)}
              label={label}
              autoComplete={token}
              defaultValue={address?.[field] ?? ''}
              error={errors[field]?.message}
              aria-describedby={about}
            />
          </div>
        ))}
        <div className="sm:col-span-2">
          <SelectField
            {...register('country')}
            label="Country"
            autoComplete="shipping country"
            defaultValue={address?.country ?? ''}
            error={errors.country?.message}
            aria-describedby={about}
          >
            <option value="">Choose a country</option>
            {choice.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
      </div>
      <Button
        type="submit"
        variant="secondary"
        busy={busy || left > 0}
        aria-describedby={about}
        className="justify-self-start"
      >
        Save shipping address
      </Button>
      <Saved text={saved} />
    </form>
  );
}
