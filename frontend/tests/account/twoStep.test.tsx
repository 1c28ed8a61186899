import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { AppRemovalBanner } from '@/features/account/components/AppRemovalBanner';
import { TwoStepCard } from '@/features/account/components/TwoStepCard';
import { useTwoStep } from '@/features/account/hooks/useTwoStep';
import { brand } from '@/lib/brand';
import type { Factors } from '@/types/api';

import { freshSession, stage } from '../auth/stage';
import { ok, refusal } from '../backend';
import { DOWN, inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();
const FACTORS = 'GET /users/me/factors';
const BEGIN = 'POST /users/me/factors/totp';
const CONFIRM = 'POST /users/me/factors/totp/confirm';
const OFF = 'DELETE /users/me/factors/totp';
const RENEW = 'POST /users/me/factors/recovery-codes';
const KEEP = 'POST /users/me/factors/recovery-codes/keep';
const SET = '0199a000-0000-7000-8000-000000000001';
const DISTRUST = 'DELETE /users/me/factors/trusted-browsers';
const STEP_UP = 'POST /auth/step-up';
const TOKEN = ok({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 });
const SECRET = { secret: 'GEZDGNBVGY3TQOJQ', otpauth_uri: 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ', qr_size: 41, qr_path: 'M4 4h7v1h-7z' };
const CODES = ['0000-1111', '2222-3333'];

const OFF_FACTS: Factors = { totp_since: null, removal_due_at: null, recovery_codes_left: 0, trusted_browsers: 0 };
const off = ok(OFF_FACTS);
const on = (left = 10, trusted = 0, removal_due_at: string | null = null) =>
  ok({ totp_since: '2026-01-02T03:04:05Z', removal_due_at, recovery_codes_left: left, trusted_browsers: trusted });

beforeEach(() => {
  freshSession();
  backend.play('GET /users/me', () => ok({ email: 'amelia@example.org' }));
  backend.play(FACTORS, () => off);
  backend.play(BEGIN, () => ({ status: 201, body: SECRET }));
  backend.play(CONFIRM, () => ok({ recovery_codes: CODES }));
  backend.play(RENEW, () => ok({ recovery_codes: CODES, set_id: SET }));
  backend.play(KEEP, () => ({ status: 204 }));
  for (const line of [OFF, DISTRUST]) backend.play(line, () => ({ status: 204 }));
  backend.play(STEP_UP, () => TOKEN);
});

const press = (name: string) => screen.getByRole('button', { name });

/** The card on a page that reads what log-in asks for, with the banner above. */
function Page() {
  const desk = useTwoStep();
  return (
    <>
      <AppRemovalBanner desk={desk} />
      <TwoStepCard desk={desk} />
    </>
  );
}

function show() {
  stage(<Page />);
  return userEvent.setup();
}

describe('turning two-step log-in on', () => {
  it('shows the secret as a picture, a link and text, and the codes until they are kept', async () => {
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn on two-step log-in' }));
    const picture = await screen.findByRole('img', { name: 'QR code for your authenticator app' });
    expect(picture).toHaveAttribute('viewBox', '0 0 41 41');
    expect(picture.querySelector('path')).toHaveAttribute('d', SECRET.qr_path);
    expect(screen.getByText('GEZD GNBV GY3T QOJQ')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Set up your authenticator app' })).toHaveFocus();
    expect(screen.getByRole('link', { name: 'Open the app on this device' })).toHaveAttribute('href', SECRET.otpauth_uri);

    await user.type(screen.getByLabelText('Code from the app'), '123 456{Enter}');
    expect(await screen.findByText('0000-1111')).toBeVisible();
    expect(backend.seen.find(({ line }) => line === CONFIRM)?.body).toEqual({ code: '123456' });
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Keep these recovery codes' })).toHaveFocus());

    await user.click(press('Done'));
    expect(await screen.findByText('Please keep the codes first, and say so above.')).toBeVisible();
    expect(screen.getByText('2222-3333')).toBeVisible();
    await user.click(screen.getByLabelText('I have kept these codes'));
    backend.play(FACTORS, () => on());
    await user.click(press('Done'));
    expect(await screen.findByText(/Two-step log-in is on\./)).toBeVisible();
    expect(screen.getByText('10 recovery codes are left.')).toBeVisible();
    expect(screen.queryByText('0000-1111')).not.toBeInTheDocument();
  });

  it('copies the codes, and says so', async () => {
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn on two-step log-in' }));
    await user.type(await screen.findByLabelText('Code from the app'), '123456{Enter}');
    await screen.findByText('Keep these recovery codes');
    await user.click(press('Copy'));
    expect(await screen.findByText(/^Copied\./)).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe('0000-1111\n2222-3333\n');
  });

  it('gives the codes as a file, which the browser has time to read', async () => {
    const made: Blob[] = [];
    const revokeObjectURL = vi.fn();
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${made.push(blob)}`, revokeObjectURL }));
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn on two-step log-in' }));
    await user.type(await screen.findByLabelText('Code from the app'), '123456{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Download' }));
    expect(await screen.findByText('Downloaded as recovery-codes.txt.')).toBeVisible();
    expect(clicked.mock.contexts).toMatchObject([{ download: 'recovery-codes.txt', href: 'blob:1' }]);
    const today = new Date().toISOString().slice(0, 10);
    const head = `Recovery codes for ${brand.name}, each good once\n${window.location.origin}\namelia@example.org, ${today}`;
    expect(made[0]?.size).toBe(`${head}\n\n${CODES.join('\n')}\n`.length);
    expect(revokeObjectURL).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  it('tells a wrong code at the field, and can be left', async () => {
    backend.play(CONFIRM, () => refusal(403, 'wrong_factor_code', { title: 'That is not the right code.' }));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn on two-step log-in' }));
    await user.type(await screen.findByLabelText('Code from the app'), '123456{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Code from the app')).toHaveAccessibleDescription(/not the right code.*clock of your phone/));
    await user.click(press('Not now'));
    expect(press('Turn on two-step log-in')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Two-step log-in' })).toHaveFocus();
  });

  it('asks in place who is there, and goes on', async () => {
    backend.play(BEGIN, inTurn(refusal(403, 'step_up_required'), { status: 201, body: SECRET }));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn on two-step log-in' }));
    await user.type(await screen.findByLabelText('Your password'), 'the right one{Enter}');
    expect(await screen.findByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  });
});

describe('with two-step log-in on', () => {
  it('is turned off after a question and both proofs', async () => {
    backend.play(FACTORS, inTurn(on(2), off));
    backend.play(OFF, inTurn(refusal(403, 'step_up_required'), { status: 204 }));
    backend.play(STEP_UP, inTurn(refusal(403, 'factor_code_required', { title: 'Please type the code, too.' }), TOKEN));
    const user = show();
    expect(await screen.findByText(/2 recovery codes are left: make new ones/)).toBeVisible();
    await user.click(press('Turn off'));
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Yes, turn it off' }));
    const dialog = await screen.findByRole('dialog', { name: 'Please confirm that it is you' });
    await user.type(within(dialog).getByLabelText('Your password'), 'the right one{Enter}');
    const field = await within(dialog).findByLabelText('Code from your authenticator app');
    await user.type(field, '123 456{Enter}');
    expect(await screen.findByText(/Two-step log-in is off\./)).toBeVisible();
    expect(backend.seen.findLast(({ line }) => line === STEP_UP)?.body).toEqual({ password: 'the right one', code: '123456' });
    expect(backend.count(OFF)).toBe(2);
    expect(press('Turn on two-step log-in')).toBeVisible();
  });

  it('stays on when the question is answered with no', async () => {
    backend.play(FACTORS, () => on());
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn off' }));
    await user.click(press('Leave it on'));
    expect(backend.count(OFF)).toBe(0);
  });

  it('says in the question why it stays on, and does not leave the question', async () => {
    backend.play(FACTORS, () => on());
    const title = 'Add a second passkey first, or have recovery codes.';
    backend.play(OFF, inTurn(refusal(409, 'too_few_passkeys', { title }), DOWN));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn off' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Turn two-step log-in off?' }));
    await user.click(dialog.getByRole('button', { name: 'Yes, turn it off' }));
    await waitFor(() => expect(dialog.getByRole('alert')).toHaveTextContent(title));
    expect(screen.getAllByText(title)).toHaveLength(1);
    await user.click(dialog.getByRole('button', { name: 'Yes, turn it off' }));
    await waitFor(() => expect(dialog.getByRole('alert')).toHaveTextContent('The service is away for a moment.'));
    await user.click(dialog.getByRole('button', { name: 'Leave it on' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(screen.queryByText('The service is away for a moment.')).not.toBeInTheDocument();
  });

  it('says above the card why it stays on when a proof was asked for meanwhile', async () => {
    backend.play(FACTORS, () => on());
    const title = 'Add a second passkey first, or have recovery codes.';
    backend.play(OFF, inTurn(refusal(403, 'step_up_required'), refusal(409, 'too_few_passkeys', { title })));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn off' }));
    await user.click(press('Yes, turn it off'));
    await user.type(await screen.findByLabelText('Your password'), 'the right one{Enter}');
    expect(await screen.findByText(title)).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('makes new recovery codes', async () => {
    backend.play(FACTORS, () => on(0));
    const user = show();
    expect(await screen.findByText(/No recovery code is left/)).toBeVisible();
    await user.click(press('New recovery codes'));
    await user.click(await screen.findByLabelText('I have kept these codes'));
    expect(screen.getByText(/These codes do not count yet/)).toBeVisible();
    expect(backend.count(KEEP)).toBe(0);
    await user.click(press('Done'));
    expect(await screen.findByText('Your new recovery codes count. Those of before do not any more.')).toBeVisible();
    expect(backend.seen.filter(({ line }) => line === KEEP).map(({ body }) => body)).toEqual([{ set_id: SET }]);
  });

  it('leaves the codes of before as they are when the new ones are not wanted', async () => {
    backend.play(FACTORS, () => on(9));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'New recovery codes' }));
    await user.click(await screen.findByRole('button', { name: 'Stay with the codes that I have' }));
    expect(screen.getByText('9 recovery codes are left.')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Two-step log-in' })).toHaveFocus();
    expect(backend.count(KEEP)).toBe(0);
  });

  it('keeps the codes on show when they could not be kept', async () => {
    backend.play(FACTORS, () => on(9));
    backend.play(KEEP, inTurn(DOWN, { status: 204 }));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'New recovery codes' }));
    await user.click(await screen.findByLabelText('I have kept these codes'));
    await user.click(press('Done'));
    expect(await screen.findByText('The service is away for a moment.')).toBeVisible();
    expect(screen.getByText('0000-1111')).toBeVisible();
    await user.click(press('Done'));
    expect(await screen.findByText(/Your new recovery codes count/)).toBeVisible();
  });

  it('trusts no browser when asked to', async () => {
    backend.play(FACTORS, inTurn(on(10, 2), on(10, 0)));
    const user = show();
    expect(await screen.findByText(/2 browsers are trusted/)).toBeVisible();
    await user.click(press('Ask for a code in every browser'));
    expect(await screen.findByText('Every browser is asked for a code again.')).toBeVisible();
    expect(screen.queryByText(/browsers are trusted/)).not.toBeInTheDocument();
    expect(backend.count(DISTRUST)).toBe(1);
  });

  it('tells what could not be done, and changes nothing', async () => {
    backend.play(FACTORS, () => on());
    backend.play(RENEW, () => DOWN);
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'New recovery codes' }));
    expect(await screen.findByText('The service is away for a moment.')).toBeVisible();
    expect(press('New recovery codes')).toBeVisible();
  });
});

describe('an app that is to be removed', () => {
  const KEEP = 'DELETE /users/me/factors/totp/removal';
  const going = () => on(10, 0, '2026-01-09T12:00:00Z');
  const banner = () => screen.queryByRole('region', { name: 'Your authenticator app' });

  beforeEach(() => backend.play(KEEP, () => ({ status: 204 })));

  it('is told with the day, and kept after a proof', async () => {
    backend.play(FACTORS, inTurn(going(), on()));
    backend.play(KEEP, inTurn(refusal(403, 'step_up_required'), { status: 204 }));
    const user = show();
    expect(await screen.findByText('Your authenticator app is to be removed on January 9, 2026')).toBeVisible();
    expect(screen.getByText('If you turned it on yourself, keep it.')).toBeVisible();
    await user.click(press('Keep it'));
    await user.type(await screen.findByLabelText('Your password'), 'the right one{Enter}');
    expect(await screen.findByText('Your authenticator app stays.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Keep it' })).not.toBeInTheDocument();
    await waitFor(() => expect(banner()).toHaveFocus());
    expect(backend.count(KEEP)).toBe(2);
  });

  it('says who may keep it, and stays on offer', async () => {
    backend.play(FACTORS, going);
    const title = 'Only a browser that you used before can do that. Wait until the day that the mail told, or use a passkey.';
    backend.play(KEEP, () => refusal(403, 'removal_not_yours', { title }));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Keep it' }));
    expect(await screen.findByText(title)).toBeVisible();
    expect(press('Keep it')).toBeVisible();
  });

  it('is removed at once by turning it off, and nothing is told of it any more', async () => {
    backend.play(FACTORS, inTurn(going(), off));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Turn off' }));
    await user.click(press('Yes, turn it off'));
    expect(await screen.findByText(/Two-step log-in is off\./)).toBeVisible();
    expect(banner()).not.toBeInTheDocument();
  });

  it('that was kept and then turned off is not said to stay', async () => {
    backend.play(FACTORS, inTurn(going(), on(), off));
    const user = show();
    await user.click(await screen.findByRole('button', { name: 'Keep it' }));
    expect(await screen.findByText('Your authenticator app stays.')).toBeVisible();
    await user.click(press('Turn off'));
    await user.click(press('Yes, turn it off'));
    await waitFor(() => expect(banner()).not.toBeInTheDocument());
  });

  it.each([off, on()])('is not told of when there is none', async (facts) => {
    backend.play(FACTORS, () => facts);
    show();
    await screen.findByRole('button', { name: /^Turn o/ });
    expect(banner()).not.toBeInTheDocument();
  });
});

it('says when it cannot be fetched, and tries again', async () => {
  backend.play(FACTORS, inTurn(DOWN, DOWN, off));
  const user = show();
  for (const attempt of [1, 2]) {
    expect(await screen.findByRole('alert')).toHaveTextContent('The service is away for a moment. Nothing has changed.');
    await waitFor(() => expect(press('Try again')).not.toHaveAttribute('aria-disabled'));
    await user.click(press('Try again'));
    await waitFor(() => expect(backend.count(FACTORS)).toBe(attempt + 1));
  }
  expect(await screen.findByRole('button', { name: 'Turn on two-step log-in' })).toBeVisible();
  expect(screen.getByRole('status').parentElement).toHaveFocus();
});

it('tells what was done when only the facts cannot be fetched afterwards', async () => {
  backend.play(FACTORS, inTurn(on(), DOWN, off));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Turn off' }));
  const region = screen.getByRole('status');
  await user.click(press('Yes, turn it off'));
  await waitFor(() => expect(region).toHaveTextContent('Two-step log-in is off. Other browsers were logged out.'));
  expect(region).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent(/The service is away for a moment\.$/);
  expect(region.parentElement).toHaveFocus();
  await user.click(press('Try again'));
  expect(await screen.findByRole('button', { name: 'Turn on two-step log-in' })).toBeVisible();
  expect(screen.queryByText(/Nothing has changed/)).not.toBeInTheDocument();
});
