'use client';

import { isServer, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../lib/api';
import { LiveProvider } from './live';
import { NowProvider } from './now';
import { ZoneProvider } from './zone';

/** Everything that pages take for granted: URL state, the query cache, the clock, the zone, live messages. */
export function Providers(props: { children: ReactNode; now: number; zone: string | null }) {
  const [client] = useState(createQueryClient);
  return (
    <NuqsAdapter>
      <QueryClientProvider client={client}>
        <NowProvider initial={props.now}>
          <ZoneProvider initial={props.zone}>
            <LiveProvider>{props.children}</LiveProvider>
          </ZoneProvider>
        </NowProvider>
      </QueryClientProvider>
    </NuqsAdapter>
  );
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Data from the server's first paint is fresh enough not to be asked for again at once.
        staleTime: 4_000,
        gcTime: isServer ? Number.POSITIVE_INFINITY : 120_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 1 && worthRetrying(error),
        retryDelay: 600,
      },
    },
  });
}

/** A refusal stays a refusal; only silence, overload and failures of the server are worth another try. */
function worthRetrying(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  const { status, code } = error.problem;
  if (code === 'unreadable_answer') return false;
  return status === 0 || status === 429 || status >= 500;
}
