'use client';

import { Menu } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { links, withQuery } from '../../lib/links';
import { DEFAULT_RANGE } from '../../lib/range';
import { useRange } from '../../lib/use-range';
import { Button } from '../ui/button';
import Link from '../ui/link';
import { Popover } from '../ui/popover';
import css from './nav.module.css';

/** The places of the dashboard; `under` are the paths that count as being there. */
export const PLACES: readonly { label: string; href: string; under: readonly string[] }[] = [
  { label: 'Fleet', href: links.fleet(), under: ['/models'] },
  { label: 'Alerts', href: links.alerts(), under: ['/alerts'] },
  { label: 'Incidents', href: '/incidents', under: ['/incidents'] },
  { label: 'Rules', href: links.rules(), under: ['/rules'] },
  { label: 'Silences', href: links.silences(), under: ['/silences'] },
  { label: 'Receivers', href: links.receivers(), under: ['/receivers'] },
  { label: 'Events', href: '/events', under: ['/events'] },
  { label: 'Baselines', href: links.baselines(), under: ['/baselines'] },
  { label: 'Status', href: links.status(), under: ['/status'] },
];

export function Nav() {
  const path = usePathname();
  const { range } = useRange();
  const [open, setOpen] = useState(false);
  const kept =
    range.from === DEFAULT_RANGE.from && range.to === DEFAULT_RANGE.to
      ? {}
      : { from: range.from, to: range.to };
  const items = PLACES.map((place) => {
    const here = path === place.href || place.under.some((under) => path.startsWith(under));
    return (
      <li key={place.href}>
        <Link
          className={css.link}
          href={withQuery(place.href, kept)}
          aria-current={here ? 'page' : undefined}
          onClick={() => setOpen(false)}
        >
          {place.label}
        </Link>
      </li>
    );
  });
  return (
    <nav className={css.nav} aria-label="Main">
      <div className={css.menu}>
        <Popover
          label="Pages"
          open={open}
          onOpenChange={setOpen}
          trigger={
            <Button look="quiet" icon aria-label="Pages">
              <Menu size={16} aria-hidden="true" />
            </Button>
          }
        >
          <ul className={css.column}>{items}</ul>
        </Popover>
      </div>
      <Link className={css.brand} href={withQuery('/', kept)} aria-label="Leeway, to the fleet">
        <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 23C9 23 9 11 14 11S20 23 29 23" fill="none" stroke="var(--text-3)" strokeWidth="2.6" />
          <path d="M3 23C12 23 13 8 19 8S25 23 29 23" fill="none" stroke="var(--text)" strokeWidth="2.6" />
        </svg>
        <span className={css.name}>Leeway</span>
      </Link>
      <ul className={css.row}>{items}</ul>
    </nav>
  );
}
