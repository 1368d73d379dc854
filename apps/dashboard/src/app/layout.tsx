import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { NonceBridge } from '../components/nonce-bridge';
import { Providers } from '../components/providers';
import { AppShell } from '../components/shell/app-shell';
import { soundTheme, THEME_COOKIE, ZONE_COOKIE } from '../lib/prefs';
import { isZone } from '../lib/time';
import '../styles/tokens.css';
import '../styles/verdicts.css';
import '../styles/base.css';

export const metadata: Metadata = {
  title: { default: 'Leeway', template: '%s · Leeway' },
  description: 'Is a deployed model drifting, where, since when and why.',
  icons: { icon: '/favicon.svg' },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

/** The frame of every page. Reading cookies and headers makes each page dynamic, which the nonce needs. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const theme = soundTheme(jar.get(THEME_COOKIE)?.value);
  const zone = jar.get(ZONE_COOKIE)?.value ?? null;
  const nonce = (await headers()).get('x-nonce') ?? '';
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <NonceBridge nonce={nonce} />
        <Providers now={Date.now()} zone={zone !== null && isZone(zone) ? zone : null}>
          <AppShell theme={theme}>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}
