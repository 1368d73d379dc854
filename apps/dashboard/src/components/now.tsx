'use client';

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

const NowContext = createContext<number>(0);

/** The clock for "3 min ago": starts at the server's time, so that the first paint matches, then ticks. */
export function NowProvider(props: { initial: number; children: ReactNode }) {
  const [now, setNow] = useState(props.initial);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{props.children}</NowContext>;
}

/** Epoch milliseconds, renewed every ten seconds. */
export function useNow(): number {
  return useContext(NowContext);
}
