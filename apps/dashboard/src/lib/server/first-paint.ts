import 'server-only';
import { QueryClient } from '@tanstack/react-query';
import { createLoader, type SearchParams } from 'nuqs/server';
import { type Range, soundRange } from '../range';
import { rangeParsers, sliceParsers } from '../search';

/** A cache for one request's first paint. Failures are left out: the browser asks again and shows them. */
export function firstPaintClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
}

const load = createLoader({ ...rangeParsers, ...sliceParsers });

/** Range and slice of a page's URL, made sound the same way as in the browser, so that cache keys agree. */
export async function sliceOf(
  searchParams: Promise<SearchParams>,
): Promise<{ range: Range; version: string; segment: string }> {
  const { from, to, version, segment } = await load(searchParams);
  return { range: soundRange(from, to, Date.now()), version, segment };
}
