import { configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createChallenge, pbkdf2, verifySolution, type Challenge, type Solution } from 'altcha/lib';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { LoginForm } from '@/features/auth/components/LoginForm';
import { SignupForm } from '@/features/auth/components/SignupForm';

import { backendForTests, gate, ok, refusal, type Seen } from '../backend';
import { solverThreads } from '../solver';
import { freshSession, stage } from './stage';

// Real threads do real work, on machines that may be busy with other things.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 60_000 });

const backend = backendForTests();
const LOGIN = 'POST /auth/login';
const SIGNUP = 'POST /auth/signup';
const CHALLENGE = 'GET /auth/challenge';
const ASKED = refusal(428, 'proof_required', { title: 'Please confirm that you are not a robot, then try again.' });
const SIGNED_IN = ok({ access_token: 'token', token_type: 'bearer', expires_in: 600 });
const TYPED = { email: 'amelia@example.org', password: 'lemon stairs at low tide', remember: true };
const secrets = { hmacSignatureSecret: 'a', hmacKeySignatureSecret: 'b' };

let solver = solverThreads();

function withSolver(given: ReturnType<typeof solverThreads>) {
  solver = given;
  vi.stubGlobal('Worker', solver.SolverThread);
}

beforeEach(() => {
  freshSession();
  withSolver(solverThreads());
  backend.play('POST /passwords/assess', () => ok({ accepted: true, reasons: [], strength: 4 }));
  backend.play(CHALLENGE, async () =>
    ok(await createChallenge({ algorithm: 'PBKDF2/SHA-256', cost: 10, counter: 20, deriveKey: pbkdf2.deriveKey, ...secrets })),
  );
  return () => {
    vi.unstubAllGlobals();
    solver.threads.forEach((one) => one.terminate());
  };
});

async function isProven({ body }: Seen): Promise<boolean> {
  const { proof } = body as { proof?: string };
  if (proof === undefined) return false;
  const sent = JSON.parse(atob(proof)) as { challenge: Challenge; solution: Solution };
  return (await verifySolution({ ...sent, deriveKey: pbkdf2.deriveKey, ...secrets })).verified;
}

const guarded = (answer: typeof SIGNED_IN) => async (seen: Seen) => ((await isProven(seen)) ? answer : ASKED);
const password = () => screen.getByLabelText<HTMLInputElement>('Password');
const notice = () => screen.queryByText('Checking that you are not a robot');

async function send(form: 'in' | 'up') {
  const succeeded: string[] = [];
  const onSuccess = () => succeeded.push('yes');
  const { unmount } = stage(form === 'in' ? <LoginForm onSuccess={onSuccess} /> : <SignupForm onSuccess={onSuccess} />);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('E-mail'), TYPED.email);
  await user.click(screen.getByLabelText('Keep me logged in'));
  await user.type(password(), `${TYPED.password}{Enter}`);
  return { user, succeeded, unmount };
}

describe('asked for a proof of work', () => {
  it.each([
    ['in', LOGIN, SIGNED_IN],
    ['up', SIGNUP, { status: 201, body: { ...(SIGNED_IN.body as object), message: 'Welcome', user_id: '1' } }],
  ] as const)('the form to sign %s proves it by itself and sends what was typed again', async (form, line, answer) => {
    backend.play(line, guarded(answer));
    const { succeeded } = await send(form);
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    const sent = backend.seen.filter((request) => request.line === line).map(({ body }) => body);
    expect(sent).toEqual([TYPED, { ...TYPED, proof: expect.any(String) as unknown }]);
    expect(backend.count(CHALLENGE)).toBe(1);
    expect(solver.threads.map(({ ended }) => ended)).toEqual([true]);
  });

  it('says so politely, keeps what was typed, and cannot be sent meanwhile', async () => {
    const { passed, open } = gate();
    backend.play(LOGIN, async (seen) => {
      if (await isProven(seen)) await passed;
      return guarded(SIGNED_IN)(seen);
    });
    const { user, succeeded } = await send('in');
    expect(await screen.findByText('Checking that you are not a robot')).toBeVisible();
    expect(notice()?.closest('[aria-live]')).toHaveAttribute('aria-live', 'polite');
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
    await waitFor(() => expect(password()).toHaveFocus());
    expect(password()).toHaveValue(TYPED.password);
    await user.type(password(), '{Enter}');
    await waitFor(() => expect(backend.count(LOGIN)).toBe(2));
    open();
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    expect(backend.count(LOGIN)).toBe(2);
  });

  it('takes back the notice of an earlier refusal, and shows the next', async () => {
    backend.play(LOGIN, () => refusal(401, 'invalid_credentials', { title: 'Invalid credentials' }));
    const { user } = await send('in');
    await screen.findByText('Invalid credentials');
    const { passed, open } = gate();
    backend.play(LOGIN, guarded(refusal(401, 'invalid_credentials', { title: 'Invalid again' })));
    backend.play(CHALLENGE, () => passed.then(() => refusal(503, 'busy', { title: 'Busy' })));
    await user.type(password(), '{Enter}');
    await waitFor(() => expect(notice()).toBeVisible());
    expect(screen.queryByText('Invalid credentials')).not.toBeInTheDocument();
    open();
    expect(await screen.findByText('Busy')).toBeVisible();
    expect(notice()).not.toBeInTheDocument();
  });

  it('proves once more when the first came too late, and then leaves it', async () => {
    backend.play(LOGIN, () => ASKED);
    const { user, succeeded } = await send('in');
    expect(await screen.findByText('Please confirm that you are not a robot, then try again.')).toBeVisible();
    expect(backend.count(CHALLENGE)).toBe(2);
    expect(notice()).not.toBeInTheDocument();
    backend.play(LOGIN, guarded(SIGNED_IN));
    await user.type(password(), '{Enter}');
    await waitFor(() => expect(succeeded).toEqual(['yes']));
  });

  it('says when the browser cannot, keeping what was typed', async () => {
    withSolver(solverThreads({ broken: true }));
    backend.play(LOGIN, guarded(SIGNED_IN));
    await send('in');
    expect(await screen.findByText('We could not check your browser')).toBeVisible();
    expect(password()).toHaveValue(TYPED.password);
    expect(screen.getByRole('button', { name: 'Log in' })).not.toHaveAttribute('aria-disabled');
  });

  it('does not go on working for a page that was left', async () => {
    const endless = await createChallenge({
      algorithm: 'PBKDF2/SHA-256',
      cost: 1000,
      keyPrefix: '00'.repeat(16),
      deriveKey: pbkdf2.deriveKey,
    });
    backend.play(CHALLENGE, () => ok(endless));
    backend.play(LOGIN, () => ASKED);
    const { unmount } = await send('in');
    await waitFor(() => expect(solver.threads).toHaveLength(1));
    unmount();
    await waitFor(() => expect(solver.threads[0]?.ended).toBe(true));
    expect(backend.count(LOGIN)).toBe(1);
  });
});

describe('locked until the owner confirms', () => {
  it('says so, and waits for nothing', async () => {
    const title = 'Too many wrong passwords. Log in from a browser you have used before, or reset your password.';
    backend.play(LOGIN, () => refusal(429, 'confirmation_required', { title }));
    const { user } = await send('in');
    expect(await within(screen.getByRole('alert')).findByText(title)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Log in' })).not.toHaveAttribute('aria-disabled');
    backend.play(LOGIN, () => SIGNED_IN);
    await user.type(password(), '{Enter}');
    await waitFor(() => expect(backend.count(LOGIN)).toBe(2));
  });
});
