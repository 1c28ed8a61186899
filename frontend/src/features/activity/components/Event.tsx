'use client';

import type { ComponentType } from 'react';

import { classes } from '@/components/ui/classes';
import { CircleCheckIcon, StopIcon, WarningIcon, type IconProps } from '@/components/ui/icons';
import { useLocale } from '@/lib/locale';
import { exactly, timeOfDay } from '@/lib/moments';
import type { ActivityEvent } from '@/types/api';

import { wordsOf } from '../hooks/wording';
import { EventFrame } from './EventFrame';

/** Told in a word and by a shape; the colour only repeats it. */
const OUTCOMES: Record<ActivityEvent['outcome'], { word: string; colour: string; Icon: ComponentType<IconProps> }> = {
  success: { word: 'Done', colour: 'text-good', Icon: CircleCheckIcon },
  refused: { word: 'Refused', colour: 'text-warn', Icon: StopIcon },
  alarm: { word: 'Alarm', colour: 'text-bad', Icon: WarningIcon },
};

export interface EventProps {
  event: ActivityEvent;
}

/** The element of an event, to be focused. */
export const elementOf = (id: string) => `event-${id}`;

/** What happened, how it ended, from where, and when. */
export function Event({ event }: EventProps) {
  const locale = useLocale();
  const { text, meaning } = wordsOf(event);
  const { word, colour, Icon } = OUTCOMES[event.outcome];
  const origin = [event.current_session ? `${event.device} (this browser)` : event.device, event.address];
  return (
    <EventFrame
      id={elementOf(event.id)}
      icon={<Icon className={classes('size-6', colour)} />}
      text={text}
      time={
        <time dateTime={event.occurred_at} title={exactly(locale, event.occurred_at)}>
          {timeOfDay(locale, event.occurred_at)}
        </time>
      }
      details={
        <>
          <span className={classes('font-semibold', colour)}>{word}</span>
          <span>{origin.map((part) => part && ` · ${part}`).join('')}</span>
        </>
      }
    >
      {meaning && <p className="text-[0.9375rem] text-pretty">{meaning}</p>}
    </EventFrame>
  );
}
