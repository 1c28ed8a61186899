'use client';

import { useMemo } from 'react';

import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { countries } from '@/lib/countries';
import type { ShippingAddress } from '@/types/api';

import { useAddressForm } from '../hooks/useAddressForm';
import { SettingsForm } from './SettingsForm';

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
  const { register, errors, ...form } = useAddressForm();
  const choice = useMemo(() => countries(), []);
  return (
    <SettingsForm {...form} label="Your shipping address" problem="address-problem" action="Save shipping address">
      {(about) => (
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
      )}
    </SettingsForm>
  );
}
