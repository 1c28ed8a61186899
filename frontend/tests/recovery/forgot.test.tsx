import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { Forgot } from '@/features/recovery/components/Forgot';
import { carried, carry } from '@/lib/carried';

import { freshSession, stage } from '../auth/stage';
import { backendForTests, refusal } from '../backend';

const backend = backendForTests();
const FORGOT = 'POST /auth/forgot';
const ASKED = { status: 202, body: { message: 'If this address has an account, a mail is on its way to it.' } };

beforeEach(freshSession);

async function ask(email: string) {
  stage(<Forgot />);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('E-mail'), `${email}{Enter}`);
  return user;
}

describe('a forgotten password', () => {
  it('sends the address once, and says what everybody is told and what to do when no mail comes', async () => {
    backend.play(FORGOT, () => ASKED);
    const user = await ask(' amelia@example.org ');
    const heading = await screen.findByRole('heading', { name: 'Look into your mail' });
    await waitFor(() => expect(heading).toHaveFocus());
    expect(heading).toHaveAccessibleDescription(ASKED.body.message);
    expect(screen.getByText('No mail after a few minutes?')).toBeVisible();
    expect(screen.getByText('amelia@example.org')).toBeVisible();
    expect(backend.seen.map(({ body }) => body)).toEqual([{ email: 'amelia@example.org' }]);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(screen.getByLabelText('E-mail')).toHaveValue('amelia@example.org');
  });

  it('has the address that was typed at the log-in, once', () => {
    carry('amelia@example.org');
    stage(<Forgot />);
    expect(screen.getByLabelText('E-mail')).toHaveValue('amelia@example.org');
    expect(carried()).toBe('');
  });

  it('does not ask the server about what is no address', async () => {
    await ask('amelia');
    expect(await screen.findByText('Enter an e-mail address such as name@example.com.')).toBeVisible();
    await waitFor(() => expect(screen.getByLabelText('E-mail')).toHaveFocus());
    expect(backend.seen).toEqual([]);
  });

  it('waits as long as the server asks for, keeping the address', async () => {
    backend.play(FORGOT, () => refusal(429, 'too_many_attempts', { title: 'Too many attempts', retry_after: 30 }));
    const user = await ask('amelia@example.org');
    expect(await screen.findByText('Too many attempts')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Send me a mail' })).toHaveAttribute('aria-disabled', 'true');
    await user.type(screen.getByLabelText('E-mail'), '{Enter}');
    await waitFor(() => expect(screen.getByLabelText('E-mail')).toHaveValue('amelia@example.org'));
    expect(backend.count(FORGOT)).toBe(1);
  });
});
