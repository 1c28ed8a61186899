import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';

import { MailedLink } from '@/features/recovery/components/MailedLink';

import { freshSession, stage } from '../auth/stage';
import { backendForTests, ok, refusal } from '../backend';

const backend = backendForTests();
const DONE = { status: 204 };
const PASSWORD = 'lemon stairs at low tide';

beforeEach(() => {
  freshSession();
  backend.play('POST /passwords/assess', () => ok({ accepted: true, reasons: [], strength: 4 }));
});

function open(hash: string) {
  window.history.replaceState(null, '', `/verify/${hash}`);
  const reset: string[] = [];
  stage(<MailedLink onReset={() => reset.push('yes')} />);
  return { reset, user: userEvent.setup() };
}

describe('a link from a mail', () => {
  it.each([
    ['#T', 'Confirm my e-mail address', '/auth/verify-email', 'Your e-mail address is confirmed', '/dashboard'],
    ['#change=T', 'Use this address', '/auth/confirm-email', 'Your e-mail address is changed', '/dashboard/settings'],
    ['#unlock=T', 'It is me: let me log in', '/auth/unlock', 'You can log in from any browser again', '/login'],
  ])('%s does nothing before its button is pressed, and then what it says', async (hash, button, path, title, href) => {
    backend.play(`POST ${path}`, () => DONE);
    const { user } = open(hash);
    expect(window.location.hash).toBe('');
    expect(await screen.findByText('Nothing happens before you press the button.')).toBeVisible();
    expect(backend.seen).toEqual([]);
    await user.dblClick(screen.getByRole('button', { name: button }));
    await waitFor(async () => expect(await screen.findByRole('heading', { level: 2, name: title })).toHaveFocus());
    expect(backend.seen.map(({ line, body }) => [line, body])).toEqual([[`POST ${path}`, { token: 'T' }]]);
    const [way] = screen.getAllByRole('link').filter((link) => link.getAttribute('href') === href);
    expect(way).toBeVisible();
  });

  it.each([
    ['#undo=T', 'Undo the change', '/auth/undo-email'],
    ['#not-me=T', 'It was not me: sign everybody out', '/auth/not-me'],
  ])('%s leads on to a new password, whose token is nowhere but in memory', async (hash, button, path) => {
    backend.play(`POST ${path}`, () => ok({ reset_token: 'R' }));
    backend.play('POST /auth/reset', () => DONE);
    const { user, reset } = open(hash);
    await user.click(await screen.findByRole('button', { name: button }));
    await waitFor(async () => expect(await screen.findByRole('heading', { name: 'Now choose a new password' })).toHaveFocus());
    expect(window.location.href).not.toContain('R');
    expect(document.body.innerHTML).not.toContain('"R"');
    await user.type(screen.getByLabelText('New password'), `${PASSWORD}{Enter}`);
    await waitFor(() => expect(reset).toEqual(['yes']));
    expect(backend.seen.find(({ line }) => line === 'POST /auth/reset')?.body).toEqual({ token: 'R', password: PASSWORD });
  });

  it.each([
    ['#T', '/auth/verify-email', '/dashboard/settings'],
    ['#change=T', '/auth/confirm-email', '/dashboard/settings'],
    ['#undo=T', '/auth/undo-email', '/forgot'],
    ['#not-me=T', '/auth/not-me', '/forgot'],
    ['#unlock=T', '/auth/unlock', '/forgot'],
  ])('%s says what to do next when it is dead', async (hash, path, href) => {
    backend.play(`POST ${path}`, () => refusal(410, 'token_used', { title: 'This link was used already.' }));
    const { user } = open(hash);
    await screen.findByText('Nothing happens before you press the button.');
    await user.click(screen.getByRole('button'));
    await waitFor(async () => expect(await screen.findByRole('heading', { name: 'This link was used already.' })).toHaveFocus());
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toContain(href);
  });

  it.each(['', '#unknown=T', '#change=', '#constructor=T'])('%j is not complete', async (hash) => {
    open(hash);
    expect(await screen.findByRole('heading', { name: 'This link is not complete.' })).toBeVisible();
    expect(backend.seen).toEqual([]);
  });

  it('stays when the server does not answer, and can be pressed again', async () => {
    backend.play('POST /auth/unlock', () => refusal(503, 'busy', { title: 'The service is busy' }));
    const { user } = open('#unlock=T');
    const button = await screen.findByRole('button', { name: 'It is me: let me log in' });
    await user.click(button);
    expect(await screen.findByText('The service is busy')).toBeVisible();
    backend.play('POST /auth/unlock', () => DONE);
    await user.click(button);
    expect(await screen.findByRole('heading', { name: 'You can log in from any browser again' })).toBeVisible();
  });

  it('takes another link that is opened in the same tab', async () => {
    open('#T');
    expect(await screen.findByRole('heading', { name: 'Confirm your e-mail address' })).toBeVisible();
    act(() => {
      window.location.hash = '#unlock=U';
    });
    expect(await screen.findByRole('heading', { name: 'Log in from a new browser' })).toBeVisible();
    expect(window.location.hash).toBe('');
  });
});
