'use client';

import { StreamMessage } from '@leeway/contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { isStale } from '../lib/live';

/** `live`: messages arrive; `waiting`: connecting or lost, polling goes on; `paused`: the person stopped it. */
export type LiveState = 'live' | 'waiting' | 'paused';
type Live = { state: LiveState; paused: boolean; setPaused: (paused: boolean) => void };
const LiveContext = createContext<Live>({ state: 'waiting', paused: false, setPaused: () => {} });

/** Messages are collected this long before queries are asked again … */
const GATHER_MS = 1_000;
/** … and this long after the last time, so that a busy collector can't make every page ask all the time. */
const REST_MS = 5_000;
const MOST_PENDING = 200;
const KINDS = StreamMessage.shape.kind.options;

/** Listens to the API's stream and marks what it names as stale. The browser reconnects by itself. */
export function LiveProvider(props: { children: ReactNode }) {
  const client = useQueryClient();
  const [paused, setPaused] = useState(false);
  const [state, setState] = useState<LiveState>('waiting');

  useEffect(() => {
    if (paused) {
      setState('paused');
      return;
    }
    setState('waiting');
    const source = new EventSource('/api/v1/stream');
    const pending = new Map<string, StreamMessage>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let flushed = 0;
    const flush = () => {
      timer = undefined;
      flushed = Date.now();
      const messages = [...pending.values()];
      pending.clear();
      // A question that is still being answered is left to finish: asking it anew would only queue it again.
      void client.invalidateQueries(
        { predicate: (query) => isStale(query.queryKey, messages, query.state.data) },
        { cancelRefetch: false },
      );
    };
    const take = (event: MessageEvent<string>) => {
      setState('live');
      const message = parse(event.data);
      if (!message) return;
      // Beyond this many models a message that names none says the same and keeps the list short.
      if (pending.size >= MOST_PENDING) pending.set(message.kind, { ...message, model: null });
      else pending.set(`${message.kind} ${message.model ?? ''}`, message);
      timer ??= setTimeout(flush, Math.max(GATHER_MS, flushed + REST_MS - Date.now()));
    };
    source.onopen = () => setState('live');
    source.onerror = () => setState('waiting');
    source.onmessage = take;
    for (const kind of KINDS) source.addEventListener(kind, take);
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [client, paused]);

  const value = useMemo<Live>(() => ({ state, paused, setPaused }), [state, paused]);
  return <LiveContext value={value}>{props.children}</LiveContext>;
}

export function useLive(): Live {
  return useContext(LiveContext);
}

function parse(text: string): StreamMessage | null {
  try {
    const parsed = StreamMessage.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
