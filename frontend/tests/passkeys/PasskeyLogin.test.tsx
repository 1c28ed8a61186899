import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { drawPasskeyLogin } from '@/features/auth/components/PasskeyLogin';
import { useSessionStore } from '@/store/sessionStore';

import { freshSession } from '../auth/stage';
import { backendForTests, gate, ok, refusal } from '../backend';
import { deviceForTests, REQUEST } from './device';

const backend = backendForTests();
const device = deviceForTests();
const OPTIONS = 'POST /auth/passkey/options';
const LOGIN = 'POST /auth/passkey';
const SIGNED_IN = ok({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 });

beforeEach(() => {
  freshSession();
  backend.play(OPTIONS, () => ok(REQUEST));
});

function stage(onSuccess = () => undefined as void) {
  const drawn = render(
    <>
      <input type="checkbox" name="remember" defaultChecked />
      {drawPasskeyLogin({ onSuccess })}
    </>,
  );
  return { user: userEvent.setup(), ...drawn };
}

const button = () => screen.getByRole('button', { name: 'Log in with a passkey' });

describe('logging in by passkey', () => {
  it('is not there where the browser does not know it', () => {
    vi.stubGlobal('PublicKeyCredential', undefined);
    Reflect.deleteProperty(window, 'PublicKeyCredential');
    render(<>{drawPasskeyLogin({ onSuccess: () => undefined })}</>);
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('logs in by the button, and stays when that is wanted', async () => {
    const done = vi.fn();
    backend.play(LOGIN, () => SIGNED_IN);
    const { user } = stage(done);
    await user.click(button());
    await waitFor(() => expect(done).toHaveBeenCalledOnce());
    expect(useSessionStore.getState().accessToken).toBe('fresh');
    const [sent] = backend.seen.filter(({ line }) => line === LOGIN);
    expect(sent?.body).toEqual({
      credential_id: '__79',
      client_data: 'AQ',
      authenticator_data: 'Ag',
      signature: 'Aw',
      user_handle: 'BA',
      remember: true,
    });
    const [asked] = device.current.asked;
    expect(asked?.mediation).toBeUndefined();
    expect(new Uint8Array(asked?.publicKey?.challenge as ArrayBuffer)).toEqual(Uint8Array.from([255, 239]));
  });

  it('says that no passkey was used when it comes to nothing, and can be tried again', async () => {
    device.current.refusal = 'NotAllowedError';
    const { user } = stage();
    for (const times of [1, 2]) {
      await user.click(button());
      await waitFor(() => expect(device.current.asked).toHaveLength(times));
      await waitFor(() => expect(button()).not.toHaveAttribute('aria-disabled'));
    }
    expect(screen.getByRole('alert')).toHaveTextContent('No passkey was usedTry again, or type your password.');
    expect(backend.count(LOGIN)).toBe(0);
  });

  it.each([
    ['SecurityError', 'Passkeys do not work at this address'],
    ['NotSupportedError', 'This device cannot keep such a passkey'],
    ['UnknownError', 'Your browser could not use a passkey just now'],
  ])('says in words what a %s is', async (name, words) => {
    device.current.refusal = name;
    const { user } = stage();
    await user.click(button());
    expect(await screen.findByText(words)).toBeVisible();
  });

  it.each([
    [refusal(401, 'invalid_credentials'), 'That passkey was not accepted'],
    [refusal(410, 'ceremony_over', { title: 'That took too long.' }), 'That took too long.'],
    [refusal(429, 'too_many_attempts', { title: 'Too many.', retry_after: 30 }), 'Too many.'],
  ])('says what the server refuses', async (answer, words) => {
    backend.play(LOGIN, () => answer);
    const { user } = stage();
    await user.click(button());
    expect(await screen.findByText(words)).toBeVisible();
    expect(useSessionStore.getState().accessToken).toBeNull();
  });

  it('has a passkey that is nobody`s forgotten, before another ceremony waits, and no other one', async () => {
    backend.play(LOGIN, () => refusal(401, 'passkey_not_here'));
    device.current.offers = true;
    const { user } = stage();
    await waitFor(() => expect(device.current.asked).toHaveLength(1));
    await user.click(button());
    expect(await screen.findByText('That passkey opens no account here')).toBeVisible();
    await waitFor(() => expect(device.current.asked).toHaveLength(3));
    expect(device.current.signals).toEqual([['unknown', { rpId: 'localhost', credentialId: '__79' }]]);
    backend.play(LOGIN, () => refusal(401, 'invalid_credentials'));
    await user.click(button());
    expect(await screen.findByText('That passkey was not accepted')).toBeVisible();
    await waitFor(() => expect(device.current.asked).toHaveLength(5));
    expect(device.current.signals).toHaveLength(1);
  });

  it('offers passkeys where the e-mail is typed, and lets go when the button is pressed or the page is left', async () => {
    device.current.offers = true;
    const { user, unmount } = stage();
    await waitFor(() => expect(device.current.asked).toHaveLength(1));
    const [offered] = device.current.asked;
    expect(offered?.mediation).toBe('conditional');
    expect(button()).not.toHaveAttribute('aria-disabled');
    device.current.refusal = 'wait';
    await user.click(button());
    await waitFor(() => expect(device.current.asked).toHaveLength(2));
    expect(offered?.signal?.aborted).toBe(true);
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
    unmount();
    expect(device.current.asked[1]?.signal?.aborted).toBe(true);
  });

  it('offers again after a ceremony that was called off', async () => {
    device.current.offers = true;
    device.current.refusal = 'NotAllowedError';
    const { user } = stage();
    await waitFor(() => expect(device.current.asked).toHaveLength(1));
    await user.click(button());
    await waitFor(() => expect(device.current.asked).toHaveLength(3));
    expect(device.current.asked.map(({ mediation }) => mediation)).toEqual(['conditional', undefined, 'conditional']);
  });

  it('says nothing of an offer that cannot be made', async () => {
    device.current.offers = true;
    backend.play(OPTIONS, () => refusal(503, 'busy'));
    stage();
    await waitFor(() => expect(backend.count(OPTIONS)).toBe(1));
    expect(device.current.asked).toHaveLength(0);
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  });

  it('does not end by a late offer what the button has begun', async () => {
    const { passed, open } = gate();
    device.current.offers = passed.then(() => true);
    device.current.refusal = 'wait';
    const { user } = stage();
    await user.click(button());
    await waitFor(() => expect(device.current.asked).toHaveLength(1));
    await act(async () => {
      open();
      await device.current.offers;
    });
    expect(device.current.asked[0]?.signal?.aborted).toBe(false);
    expect(button()).toHaveAttribute('aria-disabled', 'true');
  });
});

describe('an offer where the e-mail is typed', () => {
  const RENEWAL_MS = 240_000;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'], shouldAdvanceTime: true });
    device.current.offers = true;
    return () => vi.useRealTimers();
  });

  async function offered() {
    const { user } = stage();
    await waitFor(() => expect(device.current.asked).toHaveLength(1));
    return user;
  }

  const renewalIsDue = () => act(() => vi.advanceTimersByTimeAsync(RENEWAL_MS));

  it('is renewed before its challenge ends', async () => {
    await offered();
    await renewalIsDue();
    await waitFor(() => expect(device.current.asked).toHaveLength(2));
    expect(device.current.asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    expect(button()).not.toHaveAttribute('aria-disabled');
  });

  it('is not replaced while the log-in with it is under way, and its refusal is told', async () => {
    const { passed, open } = gate();
    backend.play(LOGIN, () => passed.then(() => refusal(401, 'invalid_credentials')));
    const user = await offered();
    act(device.current.pick);
    await waitFor(() => expect(button()).toHaveAttribute('aria-disabled', 'true'));
    await renewalIsDue();
    open();
    expect(await screen.findByText('That passkey was not accepted')).toBeVisible();
    expect(button()).not.toHaveAttribute('aria-disabled');
    expect(device.current.asked).toHaveLength(1);
    await renewalIsDue();
    await waitFor(() => expect(device.current.asked).toHaveLength(2));
    backend.play(LOGIN, () => SIGNED_IN);
    await user.click(button());
    await waitFor(() => expect(useSessionStore.getState().accessToken).toBe('fresh'));
  });

  it('is not replaced while the browser proves its work', async () => {
    const { passed, open } = gate();
    backend.play(LOGIN, () => refusal(428, 'proof_required'));
    backend.play('GET /auth/challenge', () => passed.then(() => refusal(503, 'busy', { title: 'Busy' })));
    await offered();
    act(device.current.pick);
    expect(await screen.findByText('Checking that you are not a robot')).toBeVisible();
    await renewalIsDue();
    open();
    expect(await screen.findByText('Busy')).toBeVisible();
    expect(button()).not.toHaveAttribute('aria-disabled');
    expect(device.current.asked).toHaveLength(1);
  });
});
