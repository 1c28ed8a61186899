import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';

import { ProfileCards } from '@/features/account/components/ProfileCards';
import { COUNTRIES, countries } from '@/lib/countries';
import { useSessionStore } from '@/store/sessionStore';
import type { Profile } from '@/types/api';

import { freshSession, stage } from '../auth/stage';
import { gate, ok, refusal } from '../backend';
import { DOWN, inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();
const READ = 'GET /users/me/profile';
const SAVE = 'PUT /users/me/profile';
const HOME = {
  recipient: 'Ada King',
  line1: "12 St James's Square",
  line2: '',
  postal_code: 'SW1Y 4JH',
  city: 'London',
  region: '',
  country: 'GB',
};
const EMPTY: Profile = { name: '', shipping_address: null };

let held: Profile;

beforeEach(() => {
  freshSession();
  held = EMPTY;
  backend.play(READ, () => ok(held));
  backend.play(SAVE, ({ body }) => {
    held = body as Profile;
    return ok(held);
  });
});

async function cards() {
  stage(<ProfileCards />);
  await screen.findByLabelText('Name');
  return userEvent.setup();
}

const press = (name: string) => screen.getByRole('button', { name });
const SAVE_NAME = 'Save name';
const SAVE_ADDRESS = 'Save shipping address';
/** Long enough for a request that waits for nothing to arrive. */
const aMoment = () => new Promise((over) => setTimeout(over, 300));

describe('the profile', () => {
  it('shows its shape first, and offers another try', async () => {
    backend.play(READ, inTurn(DOWN, ok({ name: 'Ada', shipping_address: HOME })));
    stage(<ProfileCards />);
    expect(screen.getByText('Loading your name and address')).toHaveAttribute('role', 'status');
    expect(await screen.findByText(/The service is away for a moment. Nothing has changed/)).toBeVisible();
    await userEvent.click(press('Try again'));
    expect(await screen.findByLabelText('Name')).toHaveValue('Ada');
    expect(screen.getByLabelText('City')).toHaveValue('London');
    expect(screen.getByLabelText('Country')).toHaveDisplayValue('United Kingdom');
  });

  it('keeps a name, says so, and leaves the address as the server has it now', async () => {
    const user = await cards();
    held = { name: '', shipping_address: HOME }; // by another tab, meanwhile
    await user.type(screen.getByLabelText('Name'), ' Ada {Enter}');
    const told = await screen.findByText('Your name is saved.');
    expect(told.closest('[role=status]')).not.toBeNull();
    expect(held).toEqual({ name: 'Ada', shipping_address: HOME });
    expect(screen.getByLabelText('Name')).toHaveValue('Ada');
    await user.type(screen.getByLabelText('Name'), 'x');
    expect(screen.queryByText('Your name is saved.')).not.toBeInTheDocument();
    await user.click(press(SAVE_NAME));
    expect(await screen.findByText('Your name is saved.')).toBeVisible();
    expect(press(SAVE_NAME)).toHaveFocus();
  });

  it('keeps an address, and none when all fields are empty', async () => {
    const user = await cards();
    for (const [label, value] of [
      ['Recipient', HOME.recipient],
      ['Street and number', HOME.line1],
      ['Postal code', HOME.postal_code],
      ['City', ` ${HOME.city} `],
    ] as const) {
      await user.type(screen.getByLabelText(label), value);
    }
    await user.selectOptions(screen.getByLabelText('Country'), 'United Kingdom');
    await user.click(press(SAVE_ADDRESS));
    expect(await screen.findByText('Your shipping address is saved.')).toBeVisible();
    expect(held).toEqual({ name: '', shipping_address: HOME });
    expect(screen.getByLabelText('City')).toHaveValue(HOME.city);
    backend.play(SAVE, () => ok(EMPTY));
    await user.click(press(SAVE_ADDRESS));
    expect(await screen.findByText('No shipping address is saved.')).toBeVisible();
  });

  it('has what was typed and not saved on the next visit, and not for anybody else', async () => {
    useSessionStore.setState({ status: 'authenticated' });
    const first = stage(<ProfileCards />);
    await userEvent.type(await screen.findByLabelText('City'), 'Oslo');
    first.unmount();
    const second = stage(<ProfileCards />);
    expect(await screen.findByLabelText('City')).toHaveValue('Oslo');
    expect(screen.getByText(/It is not saved yet/)).toBeVisible();
    second.unmount();
    freshSession();
    stage(<ProfileCards />);
    expect(await screen.findByLabelText('City')).toHaveValue('');
    expect(screen.queryByText(/It is not saved yet/)).not.toBeInTheDocument();
  });

  it('tells what is missing at its field, and keeps what was typed', async () => {
    const errors = [
      { pointer: '/shipping_address/postal_code', message: 'Tell us the postal code.' },
      { pointer: '/shipping_address/country', message: 'Choose a country.' },
    ];
    backend.play(SAVE, () => refusal(422, 'profile_refused', { errors }));
    const user = await cards();
    await user.type(screen.getByLabelText('City'), 'Oslo');
    await user.click(press(SAVE_ADDRESS));
    const code = screen.getByLabelText('Postal code');
    await waitFor(() => expect(code).toHaveFocus());
    expect(code).toHaveAccessibleDescription('Tell us the postal code.');
    const country = screen.getByLabelText('Country');
    expect(country).toHaveAccessibleDescription('Choose a country.');
    expect(country).toHaveAttribute('aria-invalid', 'true');
    expect(screen.getByLabelText('City')).toHaveValue('Oslo');
    backend.play(SAVE, () => DOWN);
    await user.type(code, '0150');
    await user.click(press(SAVE_ADDRESS));
    expect(await screen.findByText('The service is away for a moment.')).toBeVisible();
    expect(screen.getByLabelText('City')).toHaveValue('Oslo');
    expect(screen.queryByText('Your shipping address is saved.')).not.toBeInTheDocument();
  });

  it('is sent once, however often it is pressed', async () => {
    const { passed, open } = gate();
    backend.play(SAVE, async ({ body }) => {
      await passed;
      return ok(body);
    });
    const user = await cards();
    await user.type(screen.getByLabelText('Name'), 'Ada ');
    await user.dblClick(press(SAVE_NAME));
    await user.type(screen.getByLabelText('Name'), '{Enter}King');
    expect(press(SAVE_NAME)).toHaveAttribute('aria-disabled', 'true');
    open();
    await screen.findByText('Your name is saved.');
    expect(backend.count(SAVE)).toBe(1);
    expect(screen.getByLabelText('Name')).toHaveValue('Ada King'); // what was typed on is not taken back
  });

  it('keeps a name and an address that are saved in one moment', async () => {
    const { passed, open } = gate();
    backend.play(SAVE, async ({ body }) => {
      await passed;
      held = body as Profile;
      return ok(held);
    });
    const user = await cards();
    await user.type(screen.getByLabelText('Name'), 'Ada{Enter}');
    await waitFor(() => expect(backend.count(SAVE)).toBe(1));
    await user.type(screen.getByLabelText('City'), 'London');
    await user.click(press(SAVE_ADDRESS));
    await aMoment();
    open();
    expect(await screen.findByText('Your name is saved.')).toBeVisible();
    expect(await screen.findByText('Your shipping address is saved.')).toBeVisible();
    expect(held).toMatchObject({ name: 'Ada', shipping_address: { city: 'London' } });
    expect(backend.seen.map(({ line }) => line)).toEqual([READ, READ, SAVE, READ, SAVE]);
  });

  it('saves the one when the other, which it waited for, has failed', async () => {
    const { passed, open } = gate();
    const failing = inTurn(DOWN, ok(EMPTY));
    const user = await cards();
    backend.play(READ, () => passed.then(failing));
    await user.type(screen.getByLabelText('Name'), 'Ada{Enter}');
    await waitFor(() => expect(backend.count(READ)).toBe(2));
    await user.type(screen.getByLabelText('City'), 'London');
    await user.click(press(SAVE_ADDRESS));
    await aMoment();
    expect(backend.count(READ)).toBe(2);
    open();
    expect(await screen.findByText('The service is away for a moment.')).toBeVisible();
    expect(await screen.findByText('Your shipping address is saved.')).toBeVisible();
    expect(held).toMatchObject({ name: '', shipping_address: { city: 'London' } });
  });

  it('is filled in by browsers that know the address', async () => {
    await cards();
    const tokens = [...document.querySelectorAll('input, select')].map((field) => field.getAttribute('autocomplete'));
    expect(tokens).toEqual([
      'name',
      'shipping name',
      'shipping address-line1',
      'shipping address-line2',
      'shipping postal-code',
      'shipping address-level2',
      'shipping address-level1',
      'shipping country',
    ]);
  });
});

describe('the countries', () => {
  it('are those that the server takes', () => {
    const source = readFileSync(new URL('../backend/src/doorstep/profile/policy.py', `file://${process.cwd()}/`), 'utf8');
    const [, list = ''] = /COUNTRIES: Final = frozenset\(\s+"""([^]*?)"""/.exec(source) ?? [];
    expect(list.trim().split(/\s+/)).toEqual(COUNTRIES);
  });

  it('each have a name, in the order of the names', () => {
    const names = countries().map(({ name }) => name);
    expect(names.filter((name) => /^[A-Z]{2}$/.test(name))).toEqual([]);
    expect(names.slice(0, 2)).toEqual(['Afghanistan', 'Åland Islands']);
  });
});
