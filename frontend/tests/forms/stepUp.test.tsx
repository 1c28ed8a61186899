import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { StepUpDialog } from '@/forms/StepUpDialog';
import { useStepUp } from '@/forms/useStepUp';
import { Problem } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

import { freshSession } from '../auth/stage';
import { ok, refusal } from '../backend';
import { deviceForTests, REQUEST } from '../passkeys/device';
import { inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();
deviceForTests();
const STEP_UP = 'POST /auth/step-up';
const BY_PASSKEY = 'POST /auth/step-up/passkey';
const CODE_WANTED = refusal(403, 'factor_code_required', { title: 'Please type the code, too.' });
const TOKEN = ok({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 });
const WAIT = 'You can try again in 1 minute 5 seconds.';
const tooMany = (code: string) => refusal(429, code, { title: `Too many: ${code}`, retry_after: 65 });

beforeEach(() => {
  freshSession();
  backend.play('GET /passkeys', () => ok({ passkeys: [{ id: '1' }], has_password: true }));
  backend.play(`${BY_PASSKEY}/options`, () => ok(REQUEST));
});

const REFUSED = new Problem({ status: 403, code: 'step_up_required', title: 'Please confirm that it is you.' });

/** Something that is refused until a proof is given, which is answered with a token. */
function Act({ onDone }: { onDone: () => void }) {
  const { guarded, question } = useStepUp();
  async function act() {
    await guarded(() => (useSessionStore.getState().accessToken === null ? Promise.reject(REFUSED) : Promise.resolve()));
    onDone();
  }
  return (
    <>
      <button type="button" onClick={() => void act()}>
        Do it
      </button>
      <StepUpDialog question={question} email="amelia@example.org" purpose="To do it" />
    </>
  );
}

async function asked() {
  const done: string[] = [];
  render(<Act onDone={() => done.push('yes')} />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Do it' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Please confirm that it is you' }));
  return { user, done, dialog };
}

describe('confirming that it is you', () => {
  it.each(['too_many_attempts', 'totp_locked'])('counts down after a wrong code too many (%s), and keeps both fields', async (code) => {
    backend.play(STEP_UP, inTurn(CODE_WANTED, tooMany(code)));
    const { user, done, dialog } = await asked();
    await user.type(await dialog.findByLabelText('Your password'), 'the right one{Enter}');
    await user.type(await dialog.findByLabelText('Code from your authenticator app'), '123456{Enter}');
    expect(await dialog.findByText(`Too many: ${code}`)).toBeVisible();
    expect(dialog.getByText(WAIT, { selector: '[aria-hidden]' })).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Confirm' })).toHaveAttribute('aria-disabled', 'true');
    expect(dialog.getByLabelText('Your password')).toHaveValue('the right one');
    await user.type(dialog.getByLabelText('Code from your authenticator app'), '{Enter}');
    expect(backend.count(STEP_UP)).toBe(2);
    expect(done).toEqual([]);
  });

  it('says what else to do when codes are refused without an end', async () => {
    const title = 'Too many wrong codes. Use a recovery code, or log in from a browser you have used before.';
    backend.play(STEP_UP, inTurn(CODE_WANTED, refusal(429, 'totp_locked', { title }), TOKEN));
    const { user, done, dialog } = await asked();
    await user.type(await dialog.findByLabelText('Your password'), 'the right one{Enter}');
    const code = await dialog.findByLabelText('Code from your authenticator app');
    await user.type(code, '123456{Enter}');
    expect(await dialog.findByText(title)).toBeVisible();
    expect(dialog.queryByText(/You can try again/)).not.toBeInTheDocument();
    await user.clear(code);
    await user.type(code, '0123-abcd{Enter}');
    await waitFor(() => expect(done).toEqual(['yes']));
  });

  it('by passkey counts down as well, and asks nobody before its end', async () => {
    backend.play(BY_PASSKEY, () => tooMany('too_many_attempts'));
    const { user, dialog } = await asked();
    const button = await dialog.findByRole('button', { name: 'Use a passkey' });
    await user.click(button);
    expect(await dialog.findByText('Too many: too_many_attempts')).toBeVisible();
    expect(dialog.getByText(WAIT, { selector: '[aria-hidden]' })).toBeVisible();
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await user.click(button);
    expect(backend.count(BY_PASSKEY)).toBe(1);
  });
});
