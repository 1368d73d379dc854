import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerRules } from './rules.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-cli-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function leeway(...args: string[]) {
  let out = '';
  let err = '';
  let code = -1;
  const program = new Command();
  registerRules(program, async (action) => {
    code = await action({
      cwd: dir,
      url: 'http://127.0.0.1:9',
      token: undefined,
      signal: AbortSignal.timeout(5_000),
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
  });
  await program.parseAsync(args, { from: 'user' });
  return { code, out, err };
}
const file = (name: string, text: string) => writeFile(join(dir, name), text);

const RULES = `rules:
  - { name: drift, signal: drift.psi, condition: "> 0.2", for: 10m, keep_firing_for: 5m, severity: critical }
  - { name: errors, signal: error_rate, condition: "> 1%", for: 5m }
  - { name: slow, signal: latency.p95, condition: "> 2x baseline" }
`;

describe('leeway rules check', () => {
  it('is content with good files', async () => {
    await file('r.yaml', RULES);
    await file('a.yaml', 'receivers: [{ name: log, kind: log }]\nroute: { receiver: log }\n');
    expect(await leeway('rules', 'check', 'r.yaml', 'a.yaml')).toEqual({
      code: 0,
      out: 'fine: 3 rules in 1 file, 1 alert file\n',
      err: '',
    });
  });
  it('names file, line and field of every error, in rules and in the alert file', async () => {
    await file('r.yaml', 'rules:\n  - name: a\n    signal: psi\n    condition: "> 1"\n');
    await file('a.yaml', 'receivers: [{ name: log, kind: log }]\nroute:\n  receiver: lgo\n');
    const { code, err } = await leeway('rules', 'check', 'r.yaml', 'a.yaml');
    expect(code).toBe(1);
    expect(err).toMatch(/^r\.yaml:3:5: rules\[0\]\.signal: there is no signal "psi"/m);
    expect(err).toMatch(/^a\.yaml:3:3: route\.receiver: there is no receiver "lgo"; did you mean "log"\?/m);
  });
  it.each([
    ['route: { routes: [{ matchers: ["severity=critical"], receiver: log }] }', /`route` needs a `receiver`/],
    ['route: { receiver: log, matchers: ["severity=critical"] }', /takes every alert/],
    ['route: { receiver: log }\nallow_addresses: [10.0.0.0/33]', /allow_addresses\[0\]: write an address/],
    ['route: { receiver: log }\nallow_addresses: ["http://am:9093"]', /without scheme and port/],
    ['route: { receiver: log, routes: [{ matchers: ["a b"] }] }', /"a b" is not a matcher/],
    [
      'route: { receiver: log }\nheartbeat: { url: { key: abc } }',
      /heartbeat\.url: give either `env` or `file`/,
    ],
  ])('refuses an alert file whose alerts would be lost or sent nowhere: %s', async (text, message) => {
    await file('a.yaml', `receivers: [{ name: log, kind: log }]\n${text}\n`);
    const { code, err } = await leeway('rules', 'check', 'a.yaml');
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });
  it('never repeats a secret that was written into the file itself', async () => {
    await file(
      'a.yaml',
      'receivers: [{ name: h, kind: webhook, url: "https://h.example", secret: whsec_abc }]\nroute: { receiver: h }\n',
    );
    const { err } = await leeway('rules', 'check', 'a.yaml');
    expect(err).toContain('a secret is never written here itself');
    expect(err).not.toContain('whsec_abc');
  });
  it('finds names that are used twice over files, and circles', async () => {
    await file(
      '1.yaml',
      'rules: [{ name: a, signal: drift.psi, condition: "> 1", inhibited_by: [b] }, { name: b, signal: drift.psi, condition: "> 1", inhibited_by: [a] }]',
    );
    await file('2.yaml', 'rules: [{ name: a, signal: drift.psi, condition: "> 1" }]');
    const { err } = await leeway('rules', 'check', '.');
    expect(err).toContain('the name "a" is taken in 1.yaml already');
    const named = await leeway('rules', 'check', '1.yaml', '2.yaml');
    expect(named.err).toContain('the name "a" is taken in 1.yaml already');
    await file('3.yaml', 'rules: [{ name: c, signal: drift.psi, condition: "> 1", inhibited_by: [d] }]');
    await file('4.yaml', 'rules: [{ name: d, signal: drift.psi, condition: "> 1" }]');
    expect(await leeway('rules', 'check', '3.yaml', '4.yaml')).toMatchObject({ code: 0 });
    const circle = await leeway('rules', 'check', '1.yaml');
    expect(circle.err).toContain('mute each other, so nobody would hear of them: a → b → a');
  });
});

describe('leeway rules test', () => {
  it('passes where the rules do what is wanted, at the times wanted', async () => {
    await file('r.yaml', RULES);
    await file(
      't.yaml',
      `rules: r.yaml
tests:
  - name: drift fires after ten minutes and resolves after five good ones
    verdicts:
      - { signal: distance, psi: "0.02x2 0.4x5 ? 0.4 0.02x3" }
    want:
      - { at: 10m, alerts: [{ rule: drift, signal: distance, state: pending }] }
      - { at: 15m, alerts: [{ rule: drift, state: pending }] }
      - { at: 20m, alerts: [{ rule: drift }] }
      - { at: 35m, alerts: [{ rule: drift }] }
      - { at: 45m, alerts: [{ rule: drift }] }
      - { at: 50m, alerts: [{ rule: drift, state: resolved }] }
    notifications:
      - { at: 20m30s, why: first }
      - { at: 50m, why: all_resolved }
  - name: fifty slow requests page nobody, a thousand do
    baseline_latency: { p50: 10, p95: 40, p99: 80 }
    figures:
      - { requests: "50x2 1000x2", latency_ms: "30x2 200x2", errors: "0x2 50x2" }
    want:
      - { at: 5m, alerts: [] }
      - { at: 10m, alerts: [{ rule: slow }, { rule: errors, state: pending }] }
      - { at: 15m, alerts: [{ rule: slow }, { rule: errors }] }
`,
    );
    const { code, out, err } = await leeway('rules', 'test', 't.yaml');
    expect([out, err]).toEqual([expect.stringContaining('2 passed'), '']);
    expect(code).toBe(0);
  });

  it('can make up every signal that a rule can watch', async () => {
    const rule = (name: string, signal: string, condition: string) =>
      `  - { name: ${name}, signal: ${signal}, condition: "${condition}" }`;
    await file(
      'r.yaml',
      `rules:\n${[
        rule('ks', 'drift.ks', '> 0.1'),
        rule('js', 'drift.js', '> 0.1'),
        rule('missing', 'quality.missing', '> 10%'),
        rule('range', 'quality.out_of_range', '> 10%'),
        rule('unseen', 'quality.unseen', '> 10%'),
        rule('invalid', 'quality.invalid', '> 10%'),
        rule('tokens', 'cost.tokens_output', '> 1000'),
        rule('cost', 'cost.total', '> 5'),
        rule('accuracy', 'performance.accuracy', '< 0.9x baseline'),
        rule('auc', 'performance.auc', '< 0.7'),
        rule('mae', 'performance.mae', '> 10'),
        rule('rmse', 'performance.rmse', '> 10'),
        rule('f1', 'performance.f1', '< 0.8'),
        '  - { name: absent, signal: error_rate, condition: "> 50%", no_data: alert, no_data_for: 5m }',
      ].join('\n')}\n`,
    );
    await file(
      't.yaml',
      `rules: r.yaml
tests:
  - name: a bad window of everything
    cost_per_1k_output: 1
    baseline_performance: { accuracy: 0.9 }
    verdicts:
      - { signal: x, ks: "0.02 0.3", js: "0.02 0.3", missing: "0 0.3", out_of_range: "0 0.3", unseen: "0 0.3" }
    figures:
      - requests: 1000x2
        rejected: "0 500"
        tokens_output: "0 1000"
        performance: { accuracy: "0.9 0.6", auc: "0.9 0.5", mae: "2 20", rmse: "2 20", f1: "0.9 0.6" }
    want:
      - { at: 0, alerts: [] }
      - at: 5m
        alerts: [{ rule: ks }, { rule: js }, { rule: missing }, { rule: range }, { rule: unseen }, { rule: invalid }, { rule: tokens }, { rule: cost }, { rule: accuracy }, { rule: auc }, { rule: mae }, { rule: rmse }, { rule: f1 }]
  - name: data that stops
    figures: [{ requests: 1000 _x3 }]
    want:
      - { at: 5m, alerts: [{ rule: absent, state: pending }] }
      - { at: 10m, alerts: [{ rule: absent }] }
`,
    );
    const { code, out, err } = await leeway('rules', 'test', 't.yaml');
    expect([out, err, code]).toEqual([expect.stringContaining('2 passed'), '', 0]);
  });

  it('fails and says what happened instead', async () => {
    await file('r.yaml', RULES);
    await file(
      't.yaml',
      'rules: r.yaml\ntests:\n  - name: too early\n    verdicts: [{ signal: x, psi: "0.4x2" }]\n    want: [{ at: 5m, alerts: [{ rule: drift }] }]\n    notifications: [{ at: 1m, why: first }]\n',
    );
    const { code, out } = await leeway('rules', 'test', 't.yaml');
    expect(code).toBe(1);
    expect(out).toContain('FAIL too early');
    expect(out).toContain('at 5m: wanted drift firing, but it is pending on x');
    expect(out).toContain('wanted the notifications [first at 1m], got []');
  });

  it('names the line of a mistake in the test file', async () => {
    await file('t.yaml', 'tests:\n  - name: a\n    verdicts:\n      - { signal: x, psi: "0.4y" }\n');
    const { code, err } = await leeway('rules', 'test', 't.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/^t\.yaml:4:\d+: tests\[0\]\.verdicts\[0\]\.psi: "0\.4y" is not a value/m);
  });
});

describe('leeway rules backtest', () => {
  it('says so when no collector answers', async () => {
    await file('r.yaml', RULES);
    const { code, err } = await leeway('rules', 'backtest', 'r.yaml', '--model', 'm', '--rule', 'drift');
    expect(code).toBe(2);
    expect(err).toMatch(/the collector at http:\/\/127\.0\.0\.1:9 could not be asked .* is it running\?/);
  });
});
