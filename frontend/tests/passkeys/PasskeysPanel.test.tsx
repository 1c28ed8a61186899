import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { PasskeysPanel } from '@/features/security/components/PasskeysPanel';
import type { Passkey } from '@/types/api';

import { ok, refusal } from '../backend';
import { freshSession } from '../auth/stage';
import { DOWN, inTurn, signedInForTests } from '../signedIn';
import { CREATION, deviceForTests, REQUEST } from './device';

const backend = signedInForTests();
const device = deviceForTests();

const PHONE: Passkey = {
  id: '0199-1',
  credential_id: 'cGhvbmU',
  name: 'Phone',
  kept_in: 'Bitwarden',
  synced: true,
  created_at: '2026-01-02T03:04:05Z',
  last_used_at: null,
};
const KEY: Passkey = { ...PHONE, id: '0199-2', credential_id: 'a2V5', name: 'Key', kept_in: 'A security key', synced: false };
const listed = (passkeys: Passkey[], more = {}) =>
  ok({ passkeys, most: 20, rp_id: 'localhost', user_handle: 'aGFuZGxl', has_password: true, may_drop_password: passkeys.length > 1, ...more });

const LIST = 'GET /passkeys';
const OPTIONS = 'POST /passkey-options';
const ADD = 'POST /passkeys';
const STEP_UP_REQUIRED = refusal(403, 'step_up_required');
const GONE = { status: 204 };

beforeEach(() => {
  freshSession();
  backend.play('GET /users/me', () => ok({ id: '1', email: 'amelia@example.org' }));
});

async function panel() {
  render(<PasskeysPanel password={(email) => <p>{`The password of ${email}`}</p>} />);
  await screen.findByRole('heading', { name: 'Password' });
  return userEvent.setup();
}

const press = (name: string) => screen.getByRole('button', { name });
const told = (text: RegExp) => screen.findByText((_, part) => part?.getAttribute('role') === 'status' && text.test(part.textContent));

describe('the passkeys', () => {
  it('are listed with where they are kept and when they were used', async () => {
    backend.play(LIST, () => listed([PHONE, { ...KEY, last_used_at: '2026-02-03T04:05:06Z' }]));
    await panel();
    const [phone, key] = screen.getAllByRole('listitem');
    expect(phone).toHaveTextContent(/Phone.*On several devices.*Kept in.*Bitwarden.*Last used.*Not yet/);
    expect(key).toHaveTextContent(/Key.*Kept in.*A security key/);
    expect(key).not.toHaveTextContent('Not yet');
  });

  it('are told to authenticators, which forget the others, with the address that the user has by now', async () => {
    backend.play(LIST, inTurn(listed([PHONE, KEY]), listed([KEY])));
    backend.play('DELETE /passkeys/0199-1', () => GONE);
    const user = await panel();
    const told = (ids: string[]) => ({ rpId: 'localhost', userId: 'aGFuZGxl', allAcceptedCredentialIds: ids });
    const name = { rpId: 'localhost', userId: 'aGFuZGxl', name: 'amelia@example.org', displayName: 'amelia@example.org' };
    await waitFor(() => expect(device.current.signals).toEqual([['accepted', told(['cGhvbmU', 'a2V5'])], ['user', name]]));
    await user.click(press('Remove Phone'));
    await user.click(press('Yes, remove'));
    await waitFor(() => expect(device.current.signals.slice(2)).toEqual([['accepted', told(['a2V5'])], ['user', name]]));
  });

  it('say when they cannot be fetched, and can be asked for again', async () => {
    backend.play(LIST, inTurn(DOWN, listed([])));
    render(<PasskeysPanel password={(email) => <p>{`The password of ${email}`}</p>} />);
    expect(await screen.findByText('We could not fetch your passkeys')).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent('The service is away for a moment. Nothing has changed.');
    await userEvent.setup().click(press('Try again'));
    expect(await screen.findByRole('button', { name: 'Add a passkey' })).toBeVisible();
  });

  it('are added, and what came of it is said', async () => {
    backend.play(LIST, inTurn(listed([]), listed([PHONE])));
    backend.play(OPTIONS, () => ok(CREATION));
    backend.play(ADD, () => ({ status: 201, body: PHONE }));
    const user = await panel();
    await user.click(press('Add a passkey'));
    expect(await told(/“Phone” is added/)).toBeVisible();
    expect(backend.seen.find(({ line }) => line === ADD)?.body).toEqual({
      client_data: 'AQ',
      attestation: 'Ag',
      transports: ['internal'],
    });
    expect(new Uint8Array(device.current.made[0]?.publicKey?.user.id as ArrayBuffer)).toEqual(Uint8Array.from([7]));
    expect(await screen.findByRole('heading', { name: 'Phone' })).toBeVisible();
    await waitFor(() => expect(press('Add a passkey')).toHaveFocus());
  });

  it.each([
    ['NotAllowedError', /No passkey was added/],
    ['InvalidStateError', /There is a passkey for this account already/],
    ['ConstraintError', /This device cannot keep such a passkey/],
  ])('are not added after a %s', async (name, words) => {
    backend.play(LIST, () => listed([]));
    backend.play(OPTIONS, () => ok(CREATION));
    device.current.refusal = name;
    const user = await panel();
    await user.click(press('Add a passkey'));
    await waitFor(() => expect(device.current.made).toHaveLength(1));
    await waitFor(() => expect(press('Add a passkey')).not.toHaveAttribute('aria-disabled'));
    expect(screen.getAllByRole('status')[0]?.textContent).toMatch(words);
    expect(backend.count(ADD)).toBe(0);
  });

  it('are renamed, but not to nothing', async () => {
    backend.play(LIST, inTurn(listed([PHONE]), listed([{ ...PHONE, name: 'Old phone' }])));
    backend.play('PATCH /passkeys/0199-1', () => GONE);
    const user = await panel();
    await user.click(press('Rename Phone'));
    const field = screen.getByLabelText('Name');
    await user.clear(field);
    await user.keyboard('{Enter}');
    expect(screen.getByText('Please give it a name.')).toBeVisible();
    await user.type(field, 'Old phone{Enter}');
    expect(await screen.findByRole('heading', { name: 'Old phone' })).toBeVisible();
    expect(backend.seen.find(({ line }) => line.startsWith('PATCH'))?.body).toEqual({ name: 'Old phone' });
  });

  it('are renamed after a password where that is asked for', async () => {
    backend.play(LIST, inTurn(listed([PHONE]), listed([PHONE]), listed([{ ...PHONE, name: 'Old phone' }])));
    backend.play('PATCH /passkeys/0199-1', inTurn(STEP_UP_REQUIRED, GONE));
    backend.play('POST /auth/step-up', () => ok({ access_token: 'b', token_type: 'bearer', expires_in: 600 }));
    const user = await panel();
    await user.click(press('Rename Phone'));
    await user.clear(screen.getByLabelText('Name'));
    await user.type(screen.getByLabelText('Name'), 'Old phone{Enter}');
    await user.type(await screen.findByLabelText('Your password'), 'seven quiet herons at dawn{Enter}');
    expect(await told(/The name is changed/)).toBeVisible();
    expect(await screen.findByRole('heading', { name: 'Old phone' })).toBeVisible();
    expect(backend.seen.filter(({ line }) => line.startsWith('PATCH')).map(({ body }) => body)).toEqual([
      { name: 'Old phone' },
      { name: 'Old phone' },
    ]);
  });

  it('keep their name when that is called off, and nothing is said of it', async () => {
    backend.play(LIST, () => listed([PHONE]));
    backend.play('PATCH /passkeys/0199-1', () => STEP_UP_REQUIRED);
    const user = await panel();
    await user.click(press('Rename Phone'));
    await user.type(screen.getByLabelText('Name'), ' 2{Enter}');
    await screen.findByLabelText('Your password');
    await user.click(press('Cancel'));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByRole('heading', { name: 'Phone' })).toBeVisible();
    expect(screen.getAllByRole('status')[0]).toBeEmptyDOMElement();
    expect(backend.count('PATCH /passkeys/0199-1')).toBe(1);
  });

  it('are removed after a question, and after a password where that is asked for', async () => {
    backend.play(LIST, inTurn(listed([PHONE]), listed([PHONE]), listed([])));
    backend.play('DELETE /passkeys/0199-1', inTurn(STEP_UP_REQUIRED, GONE));
    backend.play('POST /auth/step-up', () => ok({ access_token: 'b', token_type: 'bearer', expires_in: 600 }));
    const user = await panel();
    await user.click(press('Remove Phone'));
    await user.click(press('Keep it'));
    expect(backend.count('DELETE /passkeys/0199-1')).toBe(0);
    await user.click(press('Remove Phone'));
    await user.click(press('Yes, remove'));
    await user.type(await screen.findByLabelText('Your password'), 'seven quiet herons at dawn{Enter}');
    expect(await told(/“Phone” is removed/)).toBeVisible();
    expect(backend.count('DELETE /passkeys/0199-1')).toBe(2);
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'Phone' })).not.toBeInTheDocument());
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Passkeys' })).toHaveFocus());
  });

  it('tell what was done when only they cannot be fetched afterwards', async () => {
    backend.play(LIST, inTurn(listed([PHONE]), DOWN, listed([])));
    backend.play('DELETE /passkeys/0199-1', () => GONE);
    const user = await panel();
    await user.click(press('Remove Phone'));
    await user.click(press('Yes, remove'));
    expect(await screen.findByText('We could not fetch your passkeys')).toBeVisible();
    expect(await told(/“Phone” is removed/)).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent(/The service is away for a moment\.$/);
    await waitFor(() => expect(screen.getByRole('heading', { name: 'We could not fetch your passkeys' })).toHaveFocus());
    await user.click(press('Try again'));
    expect(await screen.findByRole('button', { name: 'Add a passkey' })).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Passkeys' })).toHaveFocus());
  });

  it('are not the last way in', async () => {
    backend.play(LIST, () => listed([PHONE], { has_password: false }));
    backend.play('DELETE /passkeys/0199-1', () => refusal(409, 'last_way_in', { title: 'It is your only way in.' }));
    const user = await panel();
    await user.click(press('Remove Phone'));
    await user.click(press('Yes, remove'));
    expect(await told(/only way in/)).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Phone' })).toBeVisible();
  });
});

describe('the password beside them', () => {
  it('is removed when two are there, by a passkey where a proof is asked for', async () => {
    const passwordless = listed([PHONE, KEY], { has_password: false, may_drop_password: false });
    backend.play(LIST, inTurn(listed([PHONE, KEY]), listed([PHONE, KEY]), passwordless));
    backend.play('DELETE /users/me/password', inTurn(STEP_UP_REQUIRED, GONE));
    backend.play('POST /auth/step-up/passkey/options', () => ok(REQUEST));
    backend.play('POST /auth/step-up/passkey', () => ok({ access_token: 'b', token_type: 'bearer', expires_in: 600 }));
    const user = await panel();
    await user.click(press('Remove password'));
    await user.click(within(screen.getByRole('dialog', { name: 'Remove your password?' })).getByText('Yes, remove'));
    await user.click(await screen.findByRole('button', { name: 'Use a passkey' }));
    expect(await told(/Your password is removed/)).toBeVisible();
    expect(await screen.findByText(/Your account has no password/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Remove password' })).not.toBeInTheDocument();
  });

  it('is not asked for where there is none', async () => {
    backend.play(LIST, () => listed([PHONE], { has_password: false }));
    backend.play(OPTIONS, () => STEP_UP_REQUIRED);
    const user = await panel();
    await user.click(press('Add a passkey'));
    expect(await screen.findByRole('button', { name: 'Use a passkey' })).toBeVisible();
    expect(screen.queryByLabelText('Your password')).not.toBeInTheDocument();
    await user.click(press('Cancel'));
    await waitFor(() => expect(press('Add a passkey')).not.toHaveAttribute('aria-disabled'));
    expect(screen.getAllByRole('status')[0]).toBeEmptyDOMElement();
  });

  it('stays with one passkey', async () => {
    backend.play(LIST, () => listed([PHONE]));
    await panel();
    expect(screen.queryByRole('button', { name: 'Remove password' })).not.toBeInTheDocument();
    expect(screen.getByText(/With two passkeys, or one and recovery codes, you can do without a password/)).toBeVisible();
  });
});
