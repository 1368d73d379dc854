import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';

/** How often the event loop's delay is read, ms. */
const LAG_MS = 10_000;
/** Precision of the measurement, ms: it is part of every delay measured. */
const LAG_RESOLUTION_MS = 10;

/**
 * A directory of this process for uploads on their way: inside the data directory where it has one to itself (what
 * a crash left there is removed), else a temporary one.
 */
export async function openUploads(
  dataDir: string | null,
): Promise<{ path: string; remove(): Promise<void> }> {
  const own = dataDir === null ? null : join(dataDir, 'uploads');
  if (own !== null) {
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
  }
  const path = own ?? (await mkdtemp(join(tmpdir(), 'leeway-uploads-')));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Listens, or says plainly why it can't. */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} on ${host} is taken: stop what uses it, or set LEEWAY_PORT (0 = a free one)`,
    );
  }
  const address = server.server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Measures the event loop's delay: the 99th percentile of the last ten seconds, ms. */
export function watchLoopLag(): { p99Ms(): number; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  delay.enable();
  let lag = 0;
  const timer = setInterval(() => {
    lag = Math.max(0, delay.percentile(99) / 1e6 - LAG_RESOLUTION_MS);
    delay.reset();
  }, LAG_MS);
  timer.unref();
  return {
    p99Ms: () => Math.round(lag * 10) / 10,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}

/** True when `work` ends within `ms`. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}
