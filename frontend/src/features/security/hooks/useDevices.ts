import { useCallback } from 'react';

import { problemOf } from '@/services/problem';
import { sessionService } from '@/services/sessionService';
import { userService } from '@/services/userService';
import { useLoaded, type LoadedDesk } from '@/store/useLoaded';
import type { Session } from '@/types/api';

export interface Devices {
  /** This browser first, the others by when they were used last, as the server has them. */
  sessions: Session[];
  /** Whose they are, for password managers. */
  email: string;
}

async function read(): Promise<Devices> {
  const [sessions, { email }] = await Promise.all([sessionService.list(), userService.me()]);
  return { sessions: [...sessions].sort((a, b) => Number(b.current) - Number(a.current)), email };
}

export interface DevicesDesk extends Omit<LoadedDesk<Devices>, 'amend'> {
  /** Logs one browser out; one that is gone already is as good. Throws `Problem`. */
  signOut: (id: string) => Promise<void>;
  /** Logs out everywhere but here, and tells how many there were. Throws `Problem`. */
  signOutOthers: () => Promise<number>;
}

/** Where the user is logged in, and what can be done about it. */
export function useDevices(): DevicesDesk {
  const { view, reload, amend } = useLoaded(read);

  const signOut = useCallback(
    async (id: string) => {
      try {
        await sessionService.revoke(id);
      } catch (failure) {
        const problem = problemOf(failure);
        if (problem.code !== 'session_unknown') throw problem;
      }
      amend((devices) => ({ ...devices, sessions: devices.sessions.filter((session) => session.id !== id) }));
      await reload();
    },
    [amend, reload],
  );

  const signOutOthers = useCallback(async () => {
    const ended = await sessionService.revokeOthers();
    amend((devices) => ({ ...devices, sessions: devices.sessions.filter(({ current }) => current) }));
    await reload();
    return ended;
  }, [amend, reload]);

  return { view, reload, signOut, signOutOthers };
}
