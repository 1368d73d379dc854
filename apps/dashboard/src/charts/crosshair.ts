'use client';

import { useSyncExternalStore } from 'react';

/** The moment that a group of charts points at together; null when none does. Epoch milliseconds. */
const moments = new Map<string, number>();
const listeners = new Set<() => void>();

/** Moves the crosshair of a group of charts, or takes it away. */
export function pointAt(group: string, t: number | null): void {
  if (t === null) moments.delete(group);
  else moments.set(group, t);
  for (const listener of listeners) listener();
}

/** The moment that the group points at, followed as it moves. */
export function useCrosshair(group: string): number | null {
  return useSyncExternalStore(
    subscribe,
    () => moments.get(group) ?? null,
    () => null,
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
