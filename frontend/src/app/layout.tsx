import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';

import { brand } from '@/lib/brand';

import { display, text } from './fonts';
import './globals.css';
import { Providers } from './providers';

export const metadata: Metadata = {
  title: { default: `${brand.name}: ${brand.tagline}`, template: `%s · ${brand.name}` },
  description: `${brand.tagline} Signed, numbered and delivered flat by ${brand.name}. Cancel whenever you like.`,
  applicationName: brand.name,
  // Dates and numbers are not telephone numbers.
  formatDetection: { telephone: false },
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: brand.colours.light.paper },
    { media: '(prefers-color-scheme: dark)', color: brand.colours.dark.paper },
  ],
};

/** The frame of all pages. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${display.variable} ${text.variable}`}>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
