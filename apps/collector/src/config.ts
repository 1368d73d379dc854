import { z } from 'zod';
import { retainedTables, retentionProblems } from './retention.js';

/** Text of an environment; only `main.ts` reads the real one. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const ROLES = ['all', 'ingest', 'evaluate', 'serve'] as const;
export type Role = (typeof ROLES)[number];

const flag = z
  .enum(['true', 'false', '1', '0', 'yes', 'no'], 'write true or false')
  .transform((text) => text === 'true' || text === '1' || text === 'yes');

function whole(min: number, max: number, unit: string) {
  return z
    .string()
    .regex(/^\d+$/, `write a whole number of ${unit}, e.g. ${min}`)
    .transform(Number)
    .pipe(z.number().min(min, `at least ${min} ${unit}`).max(max, `at most ${max} ${unit}`));
}

function list() {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''));
}

const MIB = 1_048_576;
const webUrl = z.url({ protocol: /^https?$/, error: 'write an http:// or https:// address' });

/**
 * Every variable that the collector reads, with its default. `docs/configuration.md` describes the same list and a
 * test holds the two together. An empty value counts as not set.
 */
export const VARIABLES = {
  LEEWAY_ROLE: z.enum(ROLES, `one of ${ROLES.join(', ')}`).default('all'),
  LEEWAY_HOST: z.string().default('127.0.0.1'),
  LEEWAY_PORT: whole(0, 65_535, '(a port)').prefault('8787'),
  LEEWAY_API_TOKEN: z
    .string()
    .min(16, 'use at least 16 characters, e.g. from `openssl rand -hex 24`')
    .optional(),
  LEEWAY_ALLOWED_HOSTS: list().prefault(''),
  LEEWAY_PUBLIC_URL: webUrl.optional(),
  LEEWAY_DATA_DIR: z.string().default('./leeway-data'),
  LEEWAY_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'a pino level such as info')
    .default('info'),
  LEEWAY_LOG_FORMAT: z.enum(['json', 'pretty'], 'json or pretty').default('json'),
  LEEWAY_BODY_LIMIT_MIB: whole(1, 1_024, 'MiB').prefault('32'),
  LEEWAY_UPLOAD_LIMIT_MIB: whole(1, 65_536, 'MiB').prefault('2048'),
  LEEWAY_RATE_LIMIT: whole(0, 10_000_000, 'requests a minute').prefault('60000'),
  LEEWAY_STREAM_CLIENTS: whole(1, 10_000, 'clients').prefault('100'),
  LEEWAY_METRIC_MODELS: whole(0, 100_000, 'models').prefault('200'),
  LEEWAY_METRIC_SIGNALS: whole(0, 10_000, 'signals').prefault('50'),
  LEEWAY_EVALUATE_EVERY_MS: whole(100, 3_600_000, 'ms').prefault('5000'),
  LEEWAY_CATCH_UP_DAYS: whole(0, 3_650, 'days').prefault('400'),
  LEEWAY_LEASE_MS: whole(1_000, 3_600_000, 'ms').prefault('20000'),
  LEEWAY_EVALUATE_URL: webUrl.optional(),
  LEEWAY_DRAIN_MS: whole(100, 600_000, 'ms').prefault('15000'),
  LEEWAY_ALERT_FILE: z.string().optional(),
  LEEWAY_RULES_DIR: z.string().optional(),
  LEEWAY_RETAIN_EVENTS_DAYS: whole(1, 36_500, 'days').prefault('30'),
  LEEWAY_RETAIN_MINUTES_DAYS: whole(1, 36_500, 'days').prefault('90'),
  LEEWAY_RETAIN_HOURS_DAYS: whole(1, 36_500, 'days').prefault('730'),
  LEEWAY_RETAIN_TABLES_DAYS: retainedTables().prefault(''),
  LEEWAY_STORE_MEMORY_MIB: whole(256, 1_048_576, 'MiB').prefault('1024'),
  LEEWAY_STUCK_MS: whole(1_000, 86_400_000, 'ms').prefault('180000'),
  LEEWAY_MAX_FUTURE_MS: whole(0, 86_400_000, 'ms').prefault('300000'),
  LEEWAY_FEATURE_LIMIT: whole(1, 100_000, 'features').prefault('2000'),
  CLICKHOUSE_URL: webUrl.optional(),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: z.string().default(''),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'letters, digits and "_"')
    .default('leeway'),
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[A-Za-z_][\w-]*$/, 'letters, digits, "_" and "-"')
    .optional(),
  KAFKA_BROKERS: list()
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/, 'write host:port[,host:port…]')))
    .prefault(''),
  KAFKA_TOPICS: list().prefault('leeway.events'),
  KAFKA_GROUP_ID: z.string().default('leeway'),
  KAFKA_CLIENT_ID: z.string().default('leeway'),
  KAFKA_FROM_BEGINNING: flag.prefault('true'),
  KAFKA_SESSION_TIMEOUT_MS: whole(1_000, 3_600_000, 'ms').prefault('30000'),
  KAFKA_DEAD_LETTER_TOPIC: z.string().default('leeway.dead-letters'),
  KAFKA_SSL: flag.prefault('false'),
  KAFKA_SSL_CA_FILE: z.string().optional(),
  KAFKA_SSL_CERT_FILE: z.string().optional(),
  KAFKA_SSL_KEY_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'plain, scram-sha-256 or scram-sha-512')
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  SCHEMA_REGISTRY_URL: webUrl.optional(),
  SCHEMA_REGISTRY_USERNAME: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD: z.string().optional(),
} as const;

const Variables = z.object(VARIABLES);
type Values = z.infer<typeof Variables>;

/** All that is wrong with the configuration, one line a variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration can't be used:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/** The collector's configuration; times in ms, sizes in bytes unless the name says otherwise. */
export interface Config {
  role: Role;
  log: { level: string; format: 'json' | 'pretty' };
  http: {
    host: string;
    port: number;
    token: string | undefined;
    /** Names that requests may be addressed to when no token protects them (against DNS rebinding). */
    allowedHosts: string[];
    bodyLimit: number;
    uploadLimit: number;
    /** Requests a minute and client; 0 = no limit. */
    rateLimit: number;
    streamClients: number;
  };
  /** Where people reach the dashboard, for links in notifications. */
  publicUrl: string;
  store: {
    /** Null when a ClickHouse server is used. */
    dataDir: string | null;
    server: { url: string; user: string; password: string; cluster: string | null } | null;
    database: string;
    memoryMib: number;
    /** `tables` are those with a time of their own. */
    retainDays: { events: number; minutes: number; hours: number; tables: Record<string, number> };
  };
  ingest: {
    maxFutureMs: number;
    featureLimit: number;
    retainEventsMs: number;
    registry: { url: string; username?: string; password?: string } | null;
  };
  kafka: {
    brokers: string[];
    topics: string[];
    groupId: string;
    clientId: string;
    fromBeginning: boolean;
    /** The broker takes a consumer for dead after so long without a heartbeat, ms. */
    sessionTimeoutMs: number;
    /** Without progress for so long, although there is work, the process ends for its supervisor, ms. */
    stuckMs: number;
    deadLetterTopic: string;
    ssl: { caFile?: string; certFile?: string; keyFile?: string } | null;
    sasl: {
      mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      username: string;
      password: string;
    } | null;
  } | null;
  evaluate: {
    everyMs: number;
    catchUpMs: number;
    /** On a shared database: an evaluator that gives no sign for so long is replaced, ms. */
    leaseMs: number;
    /** The collector that evaluates, where this one does not: it answers for alerts. */
    url: string | null;
  };
  metrics: { models: number; signals: number };
  alert: { file: string | null; rulesDir: string | null };
  drainMs: number;
}

/** Hosts that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function crossChecks(env: Environment): string[] {
  const problems: string[] = [];
  const host = env.LEEWAY_HOST || '127.0.0.1';
  if (!isLoopback(host) && !env.LEEWAY_API_TOKEN)
    problems.push(
      `LEEWAY_HOST: ${host} is reachable from other machines; set LEEWAY_API_TOKEN as well, or bind to 127.0.0.1`,
    );
  if (env.KAFKA_SASL_MECHANISM && !(env.KAFKA_SASL_USERNAME && env.KAFKA_SASL_PASSWORD))
    problems.push('KAFKA_SASL_MECHANISM: needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD too');
  if (!env.KAFKA_SASL_MECHANISM && (env.KAFKA_SASL_USERNAME || env.KAFKA_SASL_PASSWORD))
    problems.push('KAFKA_SASL_USERNAME: needs KAFKA_SASL_MECHANISM (plain, scram-sha-256, scram-sha-512)');
  if (Boolean(env.KAFKA_SSL_CERT_FILE) !== Boolean(env.KAFKA_SSL_KEY_FILE))
    problems.push('KAFKA_SSL_CERT_FILE: a client certificate needs both _CERT_FILE and _KEY_FILE');
  if (env.CLICKHOUSE_CLUSTER && !env.CLICKHOUSE_URL)
    problems.push('CLICKHOUSE_CLUSTER: needs CLICKHOUSE_URL');
  const role = env.LEEWAY_ROLE || 'all';
  if (role !== 'all' && !env.CLICKHOUSE_URL)
    problems.push(
      `LEEWAY_ROLE: role "${role}" needs CLICKHOUSE_URL; the embedded store belongs to one process, which has role "all"`,
    );
  return problems;
}

/** Names of ours that nobody reads: most likely misspelt, and a misspelt setting is a setting that is not there. */
function unknownNames(env: Environment): string[] {
  const others = new Set(['LEEWAY_URL', 'LEEWAY_API_URL', 'LEEWAY_DASHBOARD_PORT', 'LEEWAY_DASHBOARD_HOST']);
  return Object.keys(env).filter(
    (name) => name.startsWith('LEEWAY_') && !(name in VARIABLES) && !others.has(name),
  );
}

/**
 * Validates an environment into a `Config`. Throws one `ConfigError` that lists everything wrong at once.
 * `warnings` names variables that start with `LEEWAY_` and mean nothing to the collector.
 */
export function readConfig(env: Environment): { config: Config; warnings: string[] } {
  const given = Object.fromEntries(
    Object.keys(VARIABLES).flatMap((name) => (env[name]?.trim() ? [[name, env[name]!.trim()]] : [])),
  );
  const parsed = Variables.safeParse(given);
  const problems = crossChecks(given);
  if (!parsed.success)
    problems.push(...parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`));
  else
    problems.push(
      ...retentionProblems({
        minutes: parsed.data.LEEWAY_RETAIN_MINUTES_DAYS,
        hours: parsed.data.LEEWAY_RETAIN_HOURS_DAYS,
        tables: parsed.data.LEEWAY_RETAIN_TABLES_DAYS,
      }),
    );
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const warnings = unknownNames(env).map(
    (name) => `${name} is not a setting of the collector and is ignored`,
  );
  return { config: toConfig(parsed.data), warnings };
}

function toConfig(v: Values): Config {
  return {
    role: v.LEEWAY_ROLE,
    log: { level: v.LEEWAY_LOG_LEVEL, format: v.LEEWAY_LOG_FORMAT },
    http: {
      host: v.LEEWAY_HOST,
      port: v.LEEWAY_PORT,
      token: v.LEEWAY_API_TOKEN,
      allowedHosts: v.LEEWAY_ALLOWED_HOSTS,
      bodyLimit: v.LEEWAY_BODY_LIMIT_MIB * MIB,
      uploadLimit: v.LEEWAY_UPLOAD_LIMIT_MIB * MIB,
      rateLimit: v.LEEWAY_RATE_LIMIT,
      streamClients: v.LEEWAY_STREAM_CLIENTS,
    },
    publicUrl: (v.LEEWAY_PUBLIC_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, ''),
    store: {
      dataDir: v.CLICKHOUSE_URL ? null : v.LEEWAY_DATA_DIR,
      server: v.CLICKHOUSE_URL
        ? {
            url: v.CLICKHOUSE_URL,
            user: v.CLICKHOUSE_USER,
            password: v.CLICKHOUSE_PASSWORD,
            cluster: v.CLICKHOUSE_CLUSTER ?? null,
          }
        : null,
      database: v.CLICKHOUSE_DATABASE,
      memoryMib: v.LEEWAY_STORE_MEMORY_MIB,
      retainDays: {
        events: v.LEEWAY_RETAIN_EVENTS_DAYS,
        minutes: v.LEEWAY_RETAIN_MINUTES_DAYS,
        hours: v.LEEWAY_RETAIN_HOURS_DAYS,
        tables: v.LEEWAY_RETAIN_TABLES_DAYS,
      },
    },
    ingest: {
      maxFutureMs: v.LEEWAY_MAX_FUTURE_MS,
      featureLimit: v.LEEWAY_FEATURE_LIMIT,
      retainEventsMs: v.LEEWAY_RETAIN_EVENTS_DAYS * 86_400_000,
      registry: v.SCHEMA_REGISTRY_URL
        ? {
            url: v.SCHEMA_REGISTRY_URL,
            ...(v.SCHEMA_REGISTRY_USERNAME && { username: v.SCHEMA_REGISTRY_USERNAME }),
            ...(v.SCHEMA_REGISTRY_PASSWORD && { password: v.SCHEMA_REGISTRY_PASSWORD }),
          }
        : null,
    },
    kafka: v.KAFKA_BROKERS.length > 0 ? kafka(v) : null,
    evaluate: {
      everyMs: v.LEEWAY_EVALUATE_EVERY_MS,
      leaseMs: v.LEEWAY_LEASE_MS,
      catchUpMs: v.LEEWAY_CATCH_UP_DAYS * 86_400_000,
      url: v.LEEWAY_EVALUATE_URL?.replace(/\/+$/, '') ?? null,
    },
    metrics: { models: v.LEEWAY_METRIC_MODELS, signals: v.LEEWAY_METRIC_SIGNALS },
    alert: { file: v.LEEWAY_ALERT_FILE ?? null, rulesDir: v.LEEWAY_RULES_DIR ?? null },
    drainMs: v.LEEWAY_DRAIN_MS,
  };
}

function kafka(v: Values): NonNullable<Config['kafka']> {
  const certificates = {
    ...(v.KAFKA_SSL_CA_FILE && { caFile: v.KAFKA_SSL_CA_FILE }),
    ...(v.KAFKA_SSL_CERT_FILE && { certFile: v.KAFKA_SSL_CERT_FILE }),
    ...(v.KAFKA_SSL_KEY_FILE && { keyFile: v.KAFKA_SSL_KEY_FILE }),
  };
  return {
    brokers: v.KAFKA_BROKERS,
    topics: v.KAFKA_TOPICS,
    groupId: v.KAFKA_GROUP_ID,
    clientId: v.KAFKA_CLIENT_ID,
    fromBeginning: v.KAFKA_FROM_BEGINNING,
    sessionTimeoutMs: v.KAFKA_SESSION_TIMEOUT_MS,
    stuckMs: v.LEEWAY_STUCK_MS,
    deadLetterTopic: v.KAFKA_DEAD_LETTER_TOPIC,
    ssl: v.KAFKA_SSL || Object.keys(certificates).length > 0 ? certificates : null,
    sasl: v.KAFKA_SASL_MECHANISM
      ? {
          mechanism: v.KAFKA_SASL_MECHANISM,
          username: v.KAFKA_SASL_USERNAME ?? '',
          password: v.KAFKA_SASL_PASSWORD ?? '',
        }
      : null,
  };
}
