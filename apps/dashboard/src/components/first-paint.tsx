import { defaultShouldDehydrateQuery, dehydrate, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import 'server-only';
import { Hydrate } from './hydrate';

/**
 * The longest that a page waits for its data, ms. Small stores answer within it, and the page comes complete. What takes
 * longer is sent behind the page in the same answer, so that nothing is asked for twice.
 */
const WAIT_MS = 600;

/** A page with the data that `asked` brings into `client`. Failures are left out: the browser asks again and shows them. */
export async function FirstPaint(props: {
  client: QueryClient;
  asked: readonly Promise<unknown>[];
  children: ReactNode;
}) {
  await settled(props.asked);
  const state = dehydrate(props.client, {
    shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
  });
  return <Hydrate state={state}>{props.children}</Hydrate>;
}

/** Resolves once all have come or failed, or the page can't wait longer. */
export async function settled(asked: readonly Promise<unknown>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    Promise.allSettled(asked),
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WAIT_MS);
    }),
  ]);
  clearTimeout(timer);
}
