// One real Apache Kafka broker in KRaft mode on loopback, for development, the demo, tests and benchmarks.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaLibs, requireJava } from './jars.mjs';

const run = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

/** A loopback port that was free a moment ago. */
export async function freePort() {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function properties({ port, controllerPort, dataDir, partitions, extra, secure }) {
  const clients = [`PLAINTEXT://127.0.0.1:${port}`, ...(secure ? [`SECURE://127.0.0.1:${secure.port}`] : [])];
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=${clients.join(',')},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=${clients.join(',')}`,
    `listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${secure ? `,SECURE:${secure.protocol}` : ''}`,
    'inter.broker.listener.name=PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${dataDir.replaceAll('\\', '/')}/log`,
    `num.partitions=${partitions}`,
    'auto.create.topics.enable=true',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=4',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'log.segment.bytes=134217728',
    ...Object.entries(extra).map(([key, value]) => `${key}=${value}`),
    '',
  ].join('\n');
}

/** Opens and closes a connection: true when somebody listens. */
async function listening(port) {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

async function waitUntilUp(child, port, log) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      const tail = (await readFile(log, 'utf8')).split('\n').slice(-15).join('\n');
      throw new Error(`Kafka ended with code ${child.exitCode} while starting; its log ends with:\n${tail}`);
    }
    if (await listening(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Kafka did not start within ${START_TIMEOUT_MS / 1000} s; see ${log}`);
}

/**
 * Starts a broker and resolves when it takes connections.
 *
 * `port` defaults to a free one and `dataDir` to a temporary folder that `stop()` removes; with a `dataDir` of your
 * own the log survives and the same call starts it again. `partitions` is the default for topics created on first
 * use. `secure` adds a listener with TLS or SASL on a port of its own (its settings go into `extra`, its SCRAM users
 * into `scramUsers`). `kill()` is SIGKILL, for fault tests.
 */
export async function startKafka({
  port,
  dataDir,
  partitions = 1,
  heapMiB = 512,
  extra = {},
  secure,
  home,
} = {}) {
  await requireJava();
  const libs = await kafkaLibs(home);
  const temporary = dataDir === undefined;
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'leeway-kafka-')));
  await mkdir(dir, { recursive: true });
  const chosen = port ?? (await freePort());
  const config = join(dir, 'server.properties');
  const controllerPort = await freePort();
  await writeFile(
    config,
    properties({ port: chosen, controllerPort, dataDir: dir, partitions, extra, secure }),
  );
  const classpath = join(libs, '*');
  if (!existsSync(join(dir, 'log', 'meta.properties'))) {
    const id = Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex');
    // One text in 64 would begin with a dash, which the tool takes for an option.
    id[0] &= 0x7f;
    const cluster = id.toString('base64url');
    const format = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', cluster, '-c', config];
    for (const user of secure?.scramUsers ?? []) format.push('--add-scram', user);
    await run('java', format, { timeout: START_TIMEOUT_MS });
  }
  const log = join(dir, 'kafka.out');
  const out = createWriteStream(log);
  await new Promise((resolve) => out.once('open', resolve));
  const child = spawn(
    'java',
    [
      `-Xmx${heapMiB}m`,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      classpath,
      'kafka.Kafka',
      config,
    ],
    {
      stdio: ['ignore', out, out],
      cwd: dir,
      // A group of its own, so that Ctrl-C reaches only our process, which then stops the broker in order.
      detached: true,
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const reap = () => child.kill('SIGKILL');
  process.once('exit', reap);

  const end = async (signal) => {
    process.removeListener('exit', reap);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    }
    out.end();
    if (temporary) await rm(dir, { recursive: true, force: true });
  };
  try {
    await waitUntilUp(child, chosen, log);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    port: chosen,
    brokers: [`127.0.0.1:${chosen}`],
    dataDir: dir,
    pid: child.pid,
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
