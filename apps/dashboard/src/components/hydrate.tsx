'use client';

import { type DehydratedState, HydrationBoundary } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useState } from 'react';

/**
 * Gives the pages below what the server had when it sent them, and what was still on its way then as it comes. What
 * comes is held back until React has taken over, so that it finds what the server drew.
 */
export function Hydrate(props: { state: DehydratedState; children: ReactNode }) {
  const [gate] = useState(createGate);
  useEffect(() => gate.open(), [gate]);
  const state = useMemo<DehydratedState>(
    () => ({
      ...props.state,
      queries: props.state.queries.map(({ promise, ...query }) =>
        promise ? { ...query, promise: gate.opened.then(() => promise) } : query,
      ),
    }),
    [props.state, gate],
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
