import { Duration, Matcher } from '@leeway/contract';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { parseMatcher } from './matcher.js';
import { MuteTime } from './mute-time.js';

const Name = z.string().min(1).max(120);

/** A secret is never written into the file itself: it names an environment variable or a file that holds it. */
export const SecretRef = z
  .strictObject(
    { env: z.string().min(1).optional(), file: z.string().min(1).optional() },
    {
      error: (issue) =>
        issue.code === 'invalid_type'
          ? 'a secret is never written here itself: write { env: NAME } or { file: /path }'
          : undefined,
    },
  )
  .refine((ref) => (ref.env === undefined) !== (ref.file === undefined), 'give either `env` or `file`');
export type SecretRef = z.infer<typeof SecretRef>;

const WebUrl = z.url({ protocol: /^https?$/, error: 'write an http:// or https:// address' });
/** An address that may itself be a secret (Slack's is). */
export const UrlOrRef = z.union([WebUrl, SecretRef], {
  error: 'write an http(s) address, or `env:` or `file:` that holds it',
});
export type UrlOrRef = z.infer<typeof UrlOrRef>;

const HOST_NAME = /^(?=.*[A-Za-z])[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
const AllowedAddress = z
  .string()
  .refine(
    (text) => ipaddr.isValidCIDR(text) || ipaddr.isValid(text) || HOST_NAME.test(text),
    'write an address (10.0.0.7), a range (10.0.0.0/8) or a host name (alertmanager), without scheme and port',
  );

const shared = { name: Name, send_resolved: z.boolean().default(true) };

export const Receiver = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ ...shared, kind: z.literal('log') }),
    z.strictObject({
      ...shared,
      kind: z.literal('webhook'),
      url: UrlOrRef,
      /** Standard Webhooks secret (`whsec_…` or base64); without it messages are not signed. */
      secret: SecretRef.optional(),
      bearer_token: SecretRef.optional(),
    }),
    z.strictObject({
      ...shared,
      kind: z.literal('slack'),
      url: UrlOrRef,
      channel: z.string().max(100).optional(),
    }),
    z.strictObject({
      ...shared,
      kind: z.literal('pagerduty'),
      routing_key: SecretRef,
      url: WebUrl.default('https://events.pagerduty.com/v2/enqueue'),
    }),
    z.strictObject({
      ...shared,
      kind: z.literal('email'),
      host: z.string().min(1),
      port: z.number().int().min(1).max(65_535).default(587),
      /** `starttls` (required), `implicit` (TLS from the start) or `none`. */
      tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
      username: z.string().optional(),
      password: SecretRef.optional(),
      from: z.email(),
      to: z.array(z.email()).min(1).max(50),
    }),
    z.strictObject({
      ...shared,
      kind: z.literal('alertmanager'),
      urls: z.array(WebUrl).min(1).max(10),
      bearer_token: SecretRef.optional(),
      /** Firing alerts are sent again this often, so that Alertmanager doesn't take them for resolved. */
      resend: Duration.default('1m'),
    }),
  ],
  { error: 'kind is one of log, webhook, slack, pagerduty, email, alertmanager' },
);
export type Receiver = z.infer<typeof Receiver>;

const MatcherText = z.string().transform((text, context) => {
  try {
    return parseMatcher(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
export const Matchers = z
  .array(
    z.union([MatcherText, Matcher], {
      error: ({ input }) => {
        try {
          if (typeof input === 'string') parseMatcher(input);
        } catch (error) {
          return (error as Error).message;
        }
        return 'write a matcher such as severity="critical", or label, op and value';
      },
    }),
  )
  .max(50)
  .default([]);

/** Timing and grouping are inherited from the parent route; absent means "as the parent". */
export interface RouteInput {
  receiver?: string | string[];
  matchers?: (string | z.input<typeof Matcher>)[];
  group_by?: string[];
  group_wait?: string;
  group_interval?: string;
  repeat_interval?: string;
  mute_times?: string[];
  continue?: boolean;
  routes?: RouteInput[];
}
export interface RouteConfig {
  receiver?: string[];
  matchers: Matcher[];
  group_by?: string[];
  group_wait?: string;
  group_interval?: string;
  repeat_interval?: string;
  mute_times: string[];
  continue: boolean;
  routes: RouteConfig[];
}

export const Route: z.ZodType<RouteConfig, RouteInput> = z.strictObject({
  receiver: z.union([Name.transform((name) => [name]), z.array(Name).min(1).max(20)]).optional(),
  matchers: Matchers,
  group_by: z.array(z.string().min(1)).max(20).optional(),
  group_wait: Duration.optional(),
  group_interval: Duration.optional(),
  repeat_interval: Duration.optional(),
  mute_times: z.array(z.string()).max(20).default([]),
  continue: z.boolean().default(false),
  routes: z
    .array(z.lazy(() => Route))
    .max(200)
    .default([]),
});

export const InhibitRule = z.strictObject({
  source: Matchers,
  target: Matchers,
  equal: z.array(z.string().min(1)).max(20).default(['model']),
});
export type InhibitRule = z.infer<typeof InhibitRule>;

/** The alert file (`LEEWAY_ALERT_FILE`): who is told what, when and how. Every field is in docs/alerting.md. */
export const AlertConfig = z.strictObject({
  receivers: z.array(Receiver).max(200).default([]),
  route: Route.prefault({}),
  inhibit: z.array(InhibitRule).max(200).default([]),
  mute_times: z.array(MuteTime).max(200).default([]),
  /** Addresses that receivers may have although they are private: CIDR ranges or host names. */
  allow_addresses: z.array(AllowedAddress).max(200).default([]),
  /** A dead-man's switch outside: it is called as long as alerting works. */
  heartbeat: z.strictObject({ url: UrlOrRef, interval: Duration.default('1m') }).optional(),
  delivery: z
    .strictObject({
      timeout: Duration.default('10s'),
      /** A message that no retry could deliver in this time is given up. */
      give_up_after: Duration.default('6h'),
      max_backoff: Duration.default('1m'),
    })
    .prefault({}),
});
export type AlertConfig = z.infer<typeof AlertConfig>;

/** What is in force without an alert file: everything goes to the collector's log. */
export const DEFAULT_ALERT_CONFIG: AlertConfig = AlertConfig.parse({
  receivers: [{ name: 'log', kind: 'log' }],
  route: { receiver: 'log' },
});
