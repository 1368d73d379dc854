'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { keepPreference, ZONE_COOKIE } from '../lib/prefs';
import { isZone } from '../lib/time';

type Zone = { zone: string; local: string; choose: (zone: string) => void };
const ZoneContext = createContext<Zone>({ zone: 'UTC', local: 'UTC', choose: () => {} });

/** The time zone that all times are shown in: the chosen one, else the browser's own, UTC in the first paint. */
export function ZoneProvider(props: { initial: string | null; children: ReactNode }) {
  const [zone, setZone] = useState(props.initial ?? 'UTC');
  const [local, setLocal] = useState('UTC');
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!own || !isZone(own)) return;
    setLocal(own);
    if (props.initial === null) {
      setZone(own);
      keepPreference(ZONE_COOKIE, own);
    }
  }, [props.initial]);
  const value = useMemo<Zone>(
    () => ({
      zone,
      local,
      choose: (next) => {
        setZone(next);
        keepPreference(ZONE_COOKIE, next);
      },
    }),
    [zone, local],
  );
  return <ZoneContext value={value}>{props.children}</ZoneContext>;
}

export function useZone(): Zone {
  return useContext(ZoneContext);
}
