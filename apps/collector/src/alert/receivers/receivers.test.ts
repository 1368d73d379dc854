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
