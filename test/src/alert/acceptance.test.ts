import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Daemon } from '../alert-faults/process.js';
import { findAlertmanager, startAlertmanager } from './alertmanager.js';
import { httpSink, type Posted, smtpSink } from './sinks.js';
import { Timeline } from './timeline.js';

const { path: alertmanagerPath, reason } = await findAlertmanager();

let dir: string;
let daemon: Daemon;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-acceptance-'));
  daemon = new Daemon();
  closing.push(() => daemon.kill());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(dir, { recursive: true, force: true });
});

interface Message {
  why: string;
  status: string;
  signals: { signal: string }[];
  group: string;
}

async function start(alerts: string, rules: string): Promise<void> {
  const alertFile = join(dir, 'alerts.yaml');
  const rulesPath = join(dir, 'rules.yaml');
  await writeFile(alertFile, `${alerts}\nallow_addresses: [127.0.0.1]\n`);
  await writeFile(rulesPath, rules);
  await daemon.open({ open: join(dir, 'data'), alertFile, rulesPath, everyMs: 50 });
}

const RULES = `rules:
  - { name: drift-significant, signal: drift.psi, condition: "> 0.2", for: 500ms, severity: critical }
  - { name: drift-moderate, signal: drift.psi, condition: "> 0.1", enabled: false }
`;
const BAD = 0.4;
const GOOD = 0.01;

function said({ body }: Posted): string {
  const message = body as Message;
  return `${message.why}: ${message.signals
    .map((s) => s.signal)
    .sort()
    .join(' ')}`;
}

describe('alerts as timelines against the running daemon', () => {
  it('tells webhook and mail of one incident, of what joins it, and of its end, and nothing else', async () => {
    const time = new Timeline();
    const webhookSaw = time.source('webhook');
    const mailSaw = time.source('mail');
    const hook = await httpSink((posted, response) => {
      webhookSaw(said(posted));
      response.end();
    });
    const threads: (string | undefined)[] = [];
    const smtp = await smtpSink((mail) => {
      mailSaw(/^Subject: \[(\w+)\]/m.exec(mail)?.[1] ?? mail);
      expect(mail).toContain('multipart/alternative');
      threads.push(/^References: (<\w+@leeway>)/m.exec(mail)?.[1]);
    });
    closing.push(hook.close, smtp.close);
    await start(
      `receivers:
  - { name: hook, kind: webhook, url: "${hook.url}/" }
  - { name: mail, kind: email, host: 127.0.0.1, port: ${smtp.port}, tls: none, from: leeway@example.org, to: [oncall@example.org] }
route: { receiver: [hook, mail], group_wait: 1s, group_interval: 2s, repeat_interval: 1h }`,
      RULES,
    );
    /** Both are told of what is sent now, not before `seconds` later; then they hear of nothing more for a while. */
    const told = async (signals: Record<string, number>, seconds: number, hook: string, mail: string) => {
      const from = time.now() + seconds;
      daemon.send({ signals });
      await time.want('webhook', from, hook);
      await time.want('mail', from, mail);
      await time.finish(3);
    };
    await told({ distance: BAD, carrier: BAD, hour: GOOD }, 1.4, 'first: carrier distance', 'critical');
    await told(
      { distance: BAD, carrier: BAD, hour: BAD },
      0.4,
      'new_signals: carrier distance hour',
      'critical',
    );
    await told(
      { distance: GOOD, carrier: GOOD, hour: GOOD },
      0,
      'all_resolved: carrier distance hour',
      'resolved',
    );
    // Every mail of the incident names the same conversation, the first one too.
    expect(threads).toEqual(Array(3).fill(expect.stringContaining('@leeway')));
    expect(new Set(threads).size).toBe(1);
  });

  it('retries a failing receiver with the same key, and waits as long as it asks', async () => {
    const time = new Timeline();
    const saw = time.source('webhook');
    const keys = new Set<string>();
    let attempts = 0;
    const hook = await httpSink((posted, response) => {
      attempts += 1;
      keys.add(String(posted.headers['webhook-id']));
      saw(`attempt ${attempts}`);
      response.statusCode = attempts === 1 ? 500 : attempts === 2 ? 429 : 200;
      if (attempts === 2) response.setHeader('retry-after', '3');
      response.end();
    });
    closing.push(hook.close);
    await start(
      `receivers: [{ name: hook, kind: webhook, url: "${hook.url}/" }]
route: { receiver: hook, group_wait: 0s, repeat_interval: 1h }`,
      RULES,
    );
    const zero = time.now();
    daemon.send({ signals: { distance: BAD } });
    const first = await time.want('webhook', zero + 0.4, 'attempt 1');
    const second = await time.want('webhook', first + 0.7, 'attempt 2');
    await time.want('webhook', second + 2.9, 'attempt 3');
    await time.finish(3);
    expect(keys.size).toBe(1);
  });

  it.skipIf(alertmanagerPath === null)(
    `becomes one group in a real Alertmanager, and resolves there${reason && ` (skipped: ${reason})`}`,
    async () => {
      const time = new Timeline();
      const saw = time.source('alertmanager');
      const sink = await httpSink(({ body }, response) => {
        const { status, alerts, groupLabels } = body as {
          status: string;
          alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
          groupLabels: Record<string, string>;
        };
        expect(groupLabels.incident).toMatch(/^inc-/);
        for (const alert of alerts) expect(alert.annotations.incident_url).toContain(groupLabels.incident);
        saw(
          `${status}: ${alerts
            .map((a) => a.labels.signal)
            .sort()
            .join(' ')}`,
        );
        response.end();
      });
      const alertmanager = await startAlertmanager(alertmanagerPath!, sink.url);
      closing.push(sink.close, alertmanager.stop);
      await start(
        `receivers: [{ name: am, kind: alertmanager, urls: ["${alertmanager.url}"], resend: 3s }]
route: { receiver: am }`,
        RULES,
      );
      const zero = time.now();
      daemon.send({ signals: { distance: BAD, carrier: BAD, hour: GOOD } });
      await time.want('alertmanager', zero + 1.4, 'firing: carrier distance');
      // Repeats go on, and are no news over there.
      await time.finish(4);
      const good = time.now();
      daemon.send({ signals: { distance: GOOD, carrier: GOOD, hour: GOOD } });
      await time.want('alertmanager', good, 'resolved: carrier distance');
      await time.finish(4);
    },
  );
});
