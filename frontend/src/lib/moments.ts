import { useSyncExternalStore } from 'react';

import { day } from './format';

const UNITS = [
  { unit: 'year', seconds: 365 * 86_400 },
  { unit: 'month', seconds: 30 * 86_400 },
  { unit: 'week', seconds: 7 * 86_400 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;

// Words are the page's, which is English; only dates and numbers are written the reader's way.
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago, in words: "3 hours ago". `time` is ISO 8601, `now` in milliseconds. */
export function ago(time: string, now: number): string {
  // A clock that runs late would make it the future.
  const passed = Math.max(0, now - Date.parse(time)) / 1000;
  const fitting = UNITS.find(({ seconds }) => passed >= seconds);
  return fitting ? RELATIVE.format(-Math.floor(passed / fitting.seconds), fitting.unit) : 'just now';
}

/** A moment, exactly: "March 14, 2026 at 9:26 AM". `time` is ISO 8601; hour and day are the reader's. */
export function exactly(locale: string, time: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(time));
}

/** The time of day: "9:26 AM". */
export function timeOfDay(locale: string, time: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(time));
}

/** The reader's day of a moment, as a key: "2026-03-14". */
export function dayOf(time: string | number): string {
  const moment = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** What to call the day of a moment: "Today", "Yesterday", else written out. `now` in milliseconds. */
export function dayName(locale: string, time: string, now: number): string {
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  const key = dayOf(time);
  if (key === dayOf(now)) return 'Today';
  return key === dayOf(yesterday.getTime()) ? 'Yesterday' : day(locale, time);
}

const STEP_MS = 30_000;

function everyStep(changed: () => void): () => void {
  const timer = setInterval(changed, STEP_MS);
  return () => {
    clearInterval(timer);
  };
}

const stepNow = () => Math.floor(Date.now() / STEP_MS) * STEP_MS;

/** The present, in milliseconds and steps of half a minute: for words such as "2 minutes ago", which grow old. */
export function useNow(): number {
  return useSyncExternalStore(everyStep, stepNow, () => 0);
}
