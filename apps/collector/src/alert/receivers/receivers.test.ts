import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../deliver/address.js';
import { httpSender } from '../deliver/http.js';
import { Secrets } from '../deliver/secrets.js';
import { Receiver } from '../notify/config.js';
import { type Message, testMessage } from '../notify/message.js';
import { httpSink } from '../testing/http-sink.js';
import { emailHtml } from './email-html.js';
import { senderOf, targetOf } from './index.js';
import { pagerdutyEvent } from './pagerduty.js';
import { slackBody } from './slack.js';

const HOOK = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TOKEN = 'tok-0123456789abcdef';
const env = { HOOK, TOKEN, SLACK: '' as string };
const policy = new AddressPolicy(['127.0.0.1']);
const tools = {
  http: httpSender(policy, 2_000),
  policy,
  secrets: new Secrets(env),
  log: pino({ level: 'silent' }),
  timeoutMs: 2_000,
  now: Date.now,
};
const message: Message = {
  ...testMessage('group-1', 'http://leeway.example', Date.parse('2026-03-02T10:00:00Z')),
  title: '[critical] <flight> 3: distance & co',
  severity: 'critical',
  group: 'group',
};
const many = (count: number): Message['signals'] =>
  Array.from({ length: count }, (_, i) => ({
    fingerprint: `f${i}`,
    signal: `signal ${i} <${'&'.repeat(150)}>`,
    segment: '',
    rule: 'moved',
    also: [],
    severity: 'critical',
    state: 'firing',
    ended: null,
    value: 0.4,
    threshold: 0.2,
    unit: 'PSI',
    n: 1_000,
    direction: null,
    summary: 'z'.repeat(4_000),
    since: null,
    resolved_at: null,
    runbook: null,
    labels: {},
    annotations: {},
    link: `http://leeway.example/${'w'.repeat(i % 2 ? 300 : 2_500)}`,
  }));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function send(given: object) {
  const sink = await httpSink();
  closing.push(sink.close);
  env.SLACK = `${sink.url}/services/T0/B0/aVeryLongSecretTokenOfSlack`;
  const text = JSON.stringify(given).replaceAll('URL', sink.url);
  const outcome = await senderOf(Receiver.parse(JSON.parse(text)), tools)!(message);
  return { outcome, sink };
}

describe('receivers', () => {
  it('sign webhooks so that the standard’s own library verifies them, and carry the token', async () => {
    const { outcome, sink } = await send({
      name: 'h',
      kind: 'webhook',
      url: 'URL/x',
      secret: { env: 'HOOK' },
      bearer_token: { env: 'TOKEN' },
    });
    expect(outcome).toEqual({ ok: true });
    const { headers, text } = sink.arrived[0]!;
    expect(new Webhook(HOOK).verify(text, headers as Record<string, string>)).toMatchObject({
      id: 'group-1',
    });
    expect(() =>
      new Webhook(HOOK).verify(text.replace('group-1', 'group-2'), headers as Record<string, string>),
    ).toThrow();
    expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('post to Slack by reference, with names that can’t become mentions', async () => {
    const { outcome, sink } = await send({ name: 's', kind: 'slack', url: { env: 'SLACK' } });
    expect(outcome).toEqual({ ok: true });
    expect(sink.arrived[0]!.text).toContain('&lt;flight&gt; 3: distance &amp; co');
    expect(JSON.stringify(slackBody({ ...message, title: '<!channel>' }))).not.toContain('<!channel>');
    expect(targetOf(Receiver.parse({ name: 's', kind: 'slack', url: { env: 'SLACK' } }))).toBe(
      '(address in the environment variable SLACK)',
    );
  });

  it('trigger and resolve one PagerDuty incident a group', () => {
    const trigger = pagerdutyEvent(message, 'key');
    expect(trigger).toMatchObject({
      event_action: 'trigger',
      dedup_key: 'group',
      payload: { severity: 'critical' },
    });
    expect(pagerdutyEvent({ ...message, status: 'resolved' }, 'key')).toMatchObject({
      event_action: 'resolve',
      dedup_key: 'group',
    });
  });

  it('keep to what PagerDuty takes, and carry every link', () => {
    const long = { ...message, title: 'x'.repeat(3_000), signals: many(30), signal_count: 500 };
    const event = pagerdutyEvent(long, 'key') as {
      dedup_key: string;
      payload: { summary: string; severity: string; timestamp: string };
      links: { href: string }[];
    };
    expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(event.dedup_key.length).toBeLessThanOrEqual(255);
    expect(['critical', 'error', 'warning', 'info']).toContain(event.payload.severity);
    expect(new Date(event.payload.timestamp).toISOString()).toBe(event.payload.timestamp);
    for (const { href } of event.links) expect(new URL(href).protocol).toMatch(/^https?:$/);
    expect(JSON.stringify(event).length).toBeLessThan(512_000);
  });

  it('keep to what Slack takes: whole lines, however long the texts and the links are', () => {
    const long = { ...message, signals: many(20), signal_count: 500, errors: ['y'.repeat(5_000)] };
    const { blocks } = slackBody(long) as {
      blocks: { text?: { text: string }; elements?: { text: string }[] }[];
    };
    expect(blocks.length).toBeLessThanOrEqual(50);
    const texts = blocks.flatMap((block) =>
      [block.text?.text ?? [], block.elements?.map((e) => e.text) ?? []].flat(),
    );
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(text.match(/</g)?.length).toBe(text.match(/>/g)?.length);
    }
    expect(texts.join('\n')).toMatch(/… and 4\d\d more/);
  });

  it('mail HTML that a phone shows, with names that can’t become markup', () => {
    const html = emailHtml({
      ...message,
      since: '2026-03-02T09:55:00.000Z',
      signals: many(1),
      signal_count: 3,
      segments: [{ segment: 'region=<b>', psi: 0.9, n: 280 }],
      nearest_change: { at: '2026-03-02T09:54:00.000Z', text: 'release <script>' },
    });
    expect(html).toContain('[critical] &lt;flight&gt; 3: distance &amp; co');
    expect(html).toContain('2026-03-02 09:55 UTC (5 min)');
    expect(html).toContain('release &lt;script&gt; at 2026-03-02 09:54 UTC');
    expect(html).toContain('region=&lt;b&gt; (PSI 0.9 on 280 events)');
    expect(html).toContain('… and 2 more');
    expect(html).not.toMatch(/<(script|img|link)|src=/);
  });

  it('tell a missing secret as it is, and try again', async () => {
    const { outcome, sink } = await send({
      name: 'p',
      kind: 'pagerduty',
      url: 'URL',
      routing_key: { env: 'NOT_THERE' },
    });
    expect(outcome).toMatchObject({
      ok: false,
      retry: true,
      error: 'the environment variable NOT_THERE is not set or empty',
    });
    expect(sink.arrived).toEqual([]);
  });

  it('keep secrets out of what they say went wrong', async () => {
    const sink = await httpSink((_got, response) => {
      response.statusCode = 401;
      response.end(`the token ${TOKEN} is not known`);
    });
    closing.push(sink.close);
    const receiver = Receiver.parse({
      name: 'h',
      kind: 'webhook',
      url: sink.url,
      bearer_token: { env: 'TOKEN' },
    });
    expect(await senderOf(receiver, tools)!(message)).toMatchObject({
      ok: false,
      retry: false,
      error: 'HTTP 401: the token [redacted] is not known',
    });
  });

  it('give up on a mail server that says nothing, in time', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    const receiver = Receiver.parse({
      name: 'm',
      kind: 'email',
      host: '127.0.0.1',
      port,
      tls: 'none',
      from: 'a@example.org',
      to: ['b@example.org'],
    });
    const started = Date.now();
    expect(await senderOf(receiver, { ...tools, timeoutMs: 500 })!(message)).toMatchObject({
      ok: false,
      retry: true,
    });
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('refuse a mail server inside as well', async () => {
    const receiver = Receiver.parse({
      name: 'm',
      kind: 'email',
      host: '169.254.169.254',
      from: 'a@example.org',
      to: ['b@example.org'],
    });
    expect(await senderOf(receiver, tools)!(message)).toMatchObject({ ok: false, retry: false });
  });
});
