import type { ServerResponse } from 'node:http';
import type { StreamMessage } from '@leeway/contract';

/** A client that has this many bytes unread is too slow and is let go; it reconnects by itself. */
const LONGEST_BACKLOG = 256 * 1024;
/** Kinds and models that may wait for their next message; beyond it a message is sent at once. */
const MOST_WAITING = 5_000;

export interface StreamHub {
  /** Tells every client, at most once per `everyMs` for the same kind and model. */
  publish(message: Omit<StreamMessage, 'at'>): void;
  /** Takes over a response. False when the hub is full or closed. */
  join(response: ServerResponse): boolean;
  readonly clients: number;
  close(): void;
}

/**
 * Fan-out of server-sent events. Messages only say what changed; clients then ask the API. A burst about the same
 * kind and model is one message at its start and one at its end, so that busy ingest does not flood browsers.
 */
export function createStreamHub(options: {
  maxClients: number;
  heartbeatMs?: number;
  everyMs?: number;
}): StreamHub {
  const { maxClients, heartbeatMs = 15_000, everyMs = 1_000 } = options;
  const clients = new Set<ServerResponse>();
  const waiting = new Map<string, { again: Omit<StreamMessage, 'at'> | null; timer: NodeJS.Timeout }>();
  let closed = false;

  const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs);
  heartbeat.unref();

  function write(text: string): void {
    for (const client of clients) {
      if (client.writableLength > LONGEST_BACKLOG) {
        clients.delete(client);
        client.destroy();
      } else client.write(text);
    }
  }

  function send(message: Omit<StreamMessage, 'at'>): void {
    if (clients.size === 0) return;
    const data: StreamMessage = { ...message, at: new Date().toISOString() };
    write(`event: ${message.kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function quiet(key: string): void {
    const timer = setTimeout(() => {
      const again = waiting.get(key)?.again;
      waiting.delete(key);
      if (again && !closed) {
        send(again);
        quiet(key);
      }
    }, everyMs);
    timer.unref();
    waiting.set(key, { again: null, timer });
  }

  return {
    publish(message) {
      if (closed) return;
      const key = `${message.kind}\u0000${message.model ?? ''}`;
      const pause = waiting.get(key);
      if (pause) {
        pause.again = message;
        return;
      }
      send(message);
      if (waiting.size < MOST_WAITING) quiet(key);
    },
    join(response) {
      if (closed || clients.size >= maxClients) return false;
      clients.add(response);
      response.on('close', () => clients.delete(response));
      response.on('error', () => clients.delete(response));
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      });
      response.write('retry: 3000\n: open\n\n');
      return true;
    },
    get clients() {
      return clients.size;
    },
    close() {
      closed = true;
      clearInterval(heartbeat);
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}
