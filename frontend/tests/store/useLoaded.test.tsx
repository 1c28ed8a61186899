import { act, render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { Problem } from '@/services/problem';
import { useLoaded } from '@/store/useLoaded';

import { gate } from '../backend';

const AWAY = new Problem({ status: 0, code: 'offline', title: 'Offline' });

function staged(read: () => Promise<string>) {
  function Page() {
    const { view } = useLoaded(read);
    return <p>{view.phase === 'ready' ? view.facts : view.phase}</p>;
  }
  render(<Page />);
}

const happens = (target: EventTarget, name: string) => act(() => void target.dispatchEvent(new Event(name)));

describe('facts on show', () => {
  it('are read again when the person comes back to the tab', async () => {
    let facts = 'before';
    staged(() => Promise.resolve(facts));
    expect(await screen.findByText('before')).toBeVisible();
    facts = 'after';
    happens(document, 'visibilitychange');
    expect(await screen.findByText('after')).toBeVisible();
  });

  it('stay when they cannot be read again, and nobody had asked', async () => {
    const answers = [() => Promise.resolve('before'), () => Promise.reject(AWAY)];
    let asked = 0;
    staged(async () => (await answers[asked++]?.()) ?? '');
    expect(await screen.findByText('before')).toBeVisible();
    happens(document, 'visibilitychange');
    await expect.poll(() => asked).toBe(2);
    await act(async () => undefined);
    expect(screen.getByText('before')).toBeVisible();
  });

  it('come once the browser is online again', async () => {
    let failing = true;
    staged(() => (failing ? Promise.reject(AWAY) : Promise.resolve('here')));
    expect(await screen.findByText('failed')).toBeVisible();
    failing = false;
    happens(window, 'online');
    expect(await screen.findByText('here')).toBeVisible();
  });

  it('are not lost when the person comes back while they are on their way', async () => {
    const { passed, open } = gate();
    let asked = 0;
    staged(() => {
      asked += 1;
      return passed.then(() => 'here');
    });
    happens(document, 'visibilitychange');
    open();
    expect(await screen.findByText('here')).toBeVisible();
    expect(asked).toBe(1);
  });
});
