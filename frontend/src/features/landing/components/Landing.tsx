import { PageShell } from '@/components/layout/PageShell';

import { Closing } from './Closing';
import { Gallery } from './Gallery';
import { Hero } from './Hero';
import { PlansProvider } from './PlansProvider';
import { Pricing } from './Pricing';
import { Questions } from './Questions';
import { Steps } from './Steps';
import { Visitor } from './Visitor';

const LINKS = [
  { href: '#how', text: 'How it works' },
  { href: '#price', text: 'Price' },
  { href: '#questions', text: 'Questions' },
];

/** The front of the house. */
export function Landing() {
  return (
    <PlansProvider>
      <PageShell header={{ links: LINKS, account: <Visitor /> }}>
        <Hero />
        <Gallery />
        <Steps />
        <Pricing />
        <Questions />
        <Closing />
      </PageShell>
    </PlansProvider>
  );
}
