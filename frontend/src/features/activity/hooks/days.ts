import { dayOf } from '@/lib/moments';
import type { ActivityEvent } from '@/types/api';

export interface Day {
  /** "2026-03-14", in the reader's zone. */
  key: string;
  events: [ActivityEvent, ...ActivityEvent[]];
}

/** Events, newest first, by the reader's days. */
export function byDay(events: readonly ActivityEvent[]): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const key = dayOf(event.occurred_at);
    const last = days.at(-1);
    if (last?.key === key) last.events.push(event);
    else days.push({ key, events: [event] });
  }
  return days;
}
