'use client';

import { useMemo } from 'react';

import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { countries, type Country } from '@/lib/countries';
import { useLocale } from '@/lib/locale';
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

/** The country of the browser's language first: most people are there. It is not chosen for them. */
function nearFirst(all: Country[], locale: string): Country[] {
  const here = all.find(({ code }) => locale.endsWith(`-${code}`));
  return here ? [here, ...all.filter((country) => country !== here)] : all;
}

export interface AddressFormProps {
  /** The address so far. */
  address: ShippingAddress | null;
}

/** Where parcels go; empty is nowhere. */
export function AddressForm({ address }: AddressFormProps) {
  const { register, errors, unsaved, ...form } = useAddressForm();
  const held = unsaved ?? address;
  const locale = useLocale();
  const choice = useMemo(() => nearFirst(countries(), locale), [locale]);
  return (
    <SettingsForm {...form} label="Your shipping address" problem="address-problem" action="Save shipping address">
      {(about) => (
        <div className="grid gap-5 sm:grid-cols-2">
          {unsaved && (
            <p className="font-medium text-warn sm:col-span-2">This is what you typed before. It is not saved yet.</p>
          )}
          {LINES.map(({ field, label, token, ...more }) => (
            <div key={field} className={'half' in more ? undefined : 'sm:col-span-2'}>
              <TextField
                {...register(field)}
                label={label}
                autoComplete={token}
                defaultValue={held?.[field] ?? ''}
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
              defaultValue={held?.country ?? ''}
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
