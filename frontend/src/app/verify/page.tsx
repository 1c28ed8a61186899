import type { Metadata } from 'next';

import { Verify } from './Verify';

export const metadata: Metadata = {
  title: 'A link from your mail',
  description: 'Confirm what our mail asked you.',
  robots: { index: false },
};

/** `/verify` */
export default function VerifyPage() {
  return <Verify />;
}
