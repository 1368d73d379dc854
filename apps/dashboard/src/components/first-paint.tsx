import { defaultShouldDehydrateQuery, dehydrate, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import 'server-only';
import { Hydrate } from './hydrate';

/**
 * The longest that a page waits for what its first lines say, and for all the rest, ms. Small stores answer within it,
 * and the page comes complete. What takes longer is sent behind the page in the same answer, so that nothing is asked
 * for twice.
 */
const FIRST_MS = 600;
const REST_MS = 250;

/** A page with the data that `asked` brings into `client`. Failures are left out: the browser asks again and shows them. */
export async function FirstPaint(props: {
  client: QueryClient;
  asked: readonly Promise<unknown>[];
  /** What is drawn only once scripts run: charts. */
  charts?: readonly Promise<unknown>[];
  children: ReactNode;
}) {
  await Promise.all([settled(props.asked), settled(props.charts ?? [], REST_MS)]);
  const state = dehydrate(props.client, {
    shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
  });
  return <Hydrate state={state}>{props.children}</Hydrate>;
}

/** Resolves once all have come or failed, or the page can't wait longer. */
export async function settled(asked: readonly Promise<unknown>[], longestMs = FIRST_MS): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    Promise.allSettled(asked),
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestMs);
    }),
  ]);
  clearTimeout(timer);
}
