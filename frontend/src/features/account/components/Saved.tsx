import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';

export interface SavedProps {
  /** What came of the last attempt; null as soon as something is changed again. */
  text: string | null;
}

/** Says beside a form that stays that what it holds is saved. */
export function Saved({ text }: SavedProps) {
  return (
    <div className={text === null ? 'sr-only' : undefined}>
      <LiveRegion>{text !== null && <Alert tone="good">{text}</Alert>}</LiveRegion>
    </div>
  );
}
