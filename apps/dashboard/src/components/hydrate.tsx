'use client';

import { type DehydratedState, HydrationBoundary } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo } from 'react';

/**
 * Opens once React has taken over what the server drew; data that came with it must not change the page before. One for
 * the browser, because a component that is made and given up on its way to the screen would leave its own closed. The
 * server waits for nothing here.
 */
const gate = typeof window === 'undefined' ? null : createGate();

/** Gives the pages below what the server had when it sent them, and what was still on its way then as it comes. */
export function Hydrate(props: { state: DehydratedState; children: ReactNode }) {
  useEffect(() => gate?.open(), []);
  const state = useMemo<DehydratedState>(
    () => ({
      ...props.state,
      queries: props.state.queries.map(({ promise, ...query }) =>
        promise && gate ? { ...query, promise: gate.opened.then(() => promise) } : query,
      ),
    }),
    [props.state],
  );
  return <HydrationBoundary state={state}>{props.children}</HydrationBoundary>;
}

function createGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
