'use client';

import dynamic from 'next/dynamic';
import { type ReactNode, useEffect, useState } from 'react';
import type { Theme } from '../../lib/prefs';
import css from './app-shell.module.css';
import { LiveIndicator } from './live-indicator';
import { Nav } from './nav';
import { PaletteButton } from './palette-button';
import { RangePicker } from './range-picker';
import { ThemeSwitch } from './theme-switch';
import { ZoneSwitch } from './zone-switch';

// Both open on a key press: nobody pays for them before.
const Palette = dynamic(() => import('./palette'), { ssr: false });
const KeyboardHelp = dynamic(() => import('./keyboard-help'), { ssr: false });

/** The bar on top and the page below it, with the keys that work everywhere. */
export function AppShell(props: { theme: Theme; children: ReactNode }) {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen((now) => (now === 'palette' ? null : 'palette'));
      } else if (event.key === '?' && !isTyping(event.target)) {
        event.preventDefault();
        setOpen('help');
      } else if (event.key === '/' && !isTyping(event.target)) {
        const search = document.querySelector<HTMLElement>('[data-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const close = (next: boolean) => setOpen(next ? open : null);
  return (
    <>
      <a className={css.skip} href="#content">
        Skip to content
      </a>
      <header className={css.bar}>
        <Nav />
        <div className={css.controls}>
          <RangePicker />
          <LiveIndicator />
          <ZoneSwitch />
          <ThemeSwitch initial={props.theme} />
          <PaletteButton onOpen={() => setOpen('palette')} />
        </div>
      </header>
      {props.children}
      {open === 'palette' ? <Palette onOpenChange={close} /> : null}
      {open === 'help' ? <KeyboardHelp onOpenChange={close} /> : null}
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
