'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { keepPreference, THEME_COOKIE, THEMES, type Theme } from '../../lib/prefs';
import { Button } from '../ui/button';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** One press goes from the system's theme to light, to dark and back. */
export function ThemeSwitch(props: { initial: Theme }) {
  const [theme, setTheme] = useState(props.initial);
  const Icon = ICONS[theme];
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <Button
      look="quiet"
      icon
      aria-label={`Theme: ${theme}. Change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => {
        document.documentElement.dataset.theme = next;
        keepPreference(THEME_COOKIE, next);
        setTheme(next);
        // Canvas charts read colours from the page and must draw again.
        window.dispatchEvent(new Event('leeway:theme'));
      }}
    >
      <Icon size={15} aria-hidden="true" />
    </Button>
  );
}
