import { PanelFrame, type PanelFrameProps } from '@/components/layout/PanelFrame';

/** The page of the subscription, loaded or not. */
export function SubscriptionFrame(props: Omit<PanelFrameProps, 'title' | 'kicker'>) {
  return <PanelFrame title="Your subscription" kicker="Subscription Management Dashboard" {...props} />;
}
