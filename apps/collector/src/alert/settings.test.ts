import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertList, ListedRule, RuleList } from '@leeway/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlertRoom, createAlertRoom } from './room.js';
import type { AlertEntry } from './state/book.js';
import { MemoryJournal } from './testing/memory-journal.js';
import { GivenFacts, MINUTE, verdict } from './testing/verdict.js';

const RULE = (threshold: string) =>
  `rules:\n  - { name: own, signal: drift.psi, condition: "${threshold}" }\n`;
let dir: string;
let journal: MemoryJournal;
const rooms: AlertRoom[] = [];
let now = 1_000 * MINUTE;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-settings-'));
  await mkdir(join(dir, 'rules'));
  journal = new MemoryJournal();
});
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.stop()));
  await rm(dir, { recursive: true, force: true });
});

async function open(): Promise<AlertRoom> {
  const room = createAlertRoom({
    journal,
    facts: new GivenFacts(),
    log: pino({ level: 'silent' }),
    now: () => now,
    publicUrl: 'http://x',
    alertFile: null,
    rulesPath: join(dir, 'rules'),
    env: {},
  });
  rooms.push(room);
  await room.start();
  return room;
}
const write = (text: string, name = 'a.yaml') => writeFile(join(dir, 'rules', name), text);
async function call<T>(
  room: AlertRoom,
  method: string,
  path: string,
  params = {},
  body?: unknown,
): Promise<T> {
  const route = room.routes.find((r) => r.method === method && r.path === path)!;
  const query = route.schema.querystring?.parse({});
  return (
    await route.handler({
      params,
      query,
      body: route.schema.body ? route.schema.body.parse(body) : undefined,
    })
  ).body as T;
}
const rules = (room: AlertRoom) => call<RuleList>(room, 'GET', '/rules');
const threshold = async (room: AlertRoom) =>
  (await rules(room)).rules.find((r) => r.name === 'own')?.condition.value;
async function until(test: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await test()) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await test()).toBe(true);
}

describe('rules over time', () => {
  it('are read again when a file changes; with an error the last good set stays and the error is listed', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    expect(await threshold(room)).toBe(0.3);
    await write(RULE('> 0.4'));
    await until(async () => (await threshold(room)) === 0.4);
    await write(RULE('> much'));
    await until(async () => (await rules(room)).problems.length === 1);
    expect(await threshold(room)).toBe(0.4);
    expect((await rules(room)).problems[0]).toMatchObject({ line: 2, field: 'rules[0].condition' });
    await write(RULE('> 0.5'));
    await room.reload();
    expect([await threshold(room), (await rules(room)).problems]).toEqual([0.5, []]);
  });

  it('resolve their alerts when they are deleted or disabled, and not for an error in a file', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    const state = async () => (await rules(room)).rules.find((r) => r.name === 'own')?.firing;
    expect(await state()).toBe(1);
    await write('rules: [');
    await room.reload();
    expect(await state()).toBe(1);
    await call(room, 'POST', '/rules/:name/enabled', { name: 'own' }, { enabled: false });
    expect(await state()).toBe(0);
    expect(journal.entries('alert').at(-1)!.body).toMatchObject({
      transition: { to: 'resolved', reason: 'rule_removed' },
    });
  });

  it.each([
    [
      'selects other models',
      '{ name: own, signal: drift.psi, condition: "> 0.3", selector: { model: "shadow-*" } }',
    ],
    [
      'selects other features',
      '{ name: own, signal: drift.psi, condition: "> 0.3", selector: { feature: y } }',
    ],
    ['watches another signal', '{ name: own, signal: latency.p95, condition: "> 300" }'],
    ['is of another severity', '{ name: own, signal: drift.psi, condition: "> 0.3", severity: critical }'],
    ['has other labels', '{ name: own, signal: drift.psi, condition: "> 0.3", labels: { team: a } }'],
  ])(
    'end their open alerts when the rule now %s, since nobody would look at them again',
    async (_what, rule) => {
      await write(RULE('> 0.3'));
      const room = await open();
      await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
      await write(`rules:\n  - ${rule}\n`);
      await room.reload();
      expect(journal.entries('alert').at(-1)!.body).toMatchObject({
        transition: { to: 'resolved', reason: 'rule_changed' },
        instance: { rule: 'own' },
      });
    },
  );

  it('end all of them at once: a verdict between two ends would hide that a rule watches another signal', async () => {
    const gone = '{ name: gone, signal: drift.psi, condition: "> 0.3" }';
    await write(RULE('> 0.3'));
    await write(`rules: [${gone}]`, 'b.yaml');
    const room = await open();
    await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    await write('rules: [{ name: own, signal: drift.js, condition: "> 0.3" }]');
    await write('rules: []', 'b.yaml');
    const append = journal.append.bind(journal);
    let judged: Promise<void> | null = null;
    journal.append = (entries) => {
      judged ??= room.judged('flight-delay', [verdict('x', now + MINUTE, 0.35)], now + MINUTE);
      return append(entries);
    };
    await room.reload();
    await judged;
    const ended = journal
      .entries('alert')
      .map((entry) => entry.body as AlertEntry)
      .filter(({ transition }) => transition.to === 'resolved');
    expect(ended.map(({ instance, transition }) => [instance.rule, transition.reason])).toEqual([
      ['own', 'rule_changed'],
      ['gone', 'rule_removed'],
    ]);
  });

  it('keep their alerts, with the new texts, when only texts or limits change', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    const alert = async () => {
      const { alerts } = await call<AlertList>(room, 'GET', '/alerts');
      return alerts.find((one) => one.rule === 'own')!;
    };
    await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    await write(
      'rules: [{ name: own, signal: drift.psi, condition: "> 0.25", runbook: "https://wiki.example/x", annotations: { summary: new } }]',
    );
    await room.reload();
    await room.judged('flight-delay', [verdict('x', now + MINUTE, 0.35)], now + MINUTE);
    expect(await alert()).toMatchObject({
      state: 'firing',
      episode: 1,
      runbook: 'https://wiki.example/x',
      annotations: { summary: 'new' },
    });
    expect(
      journal.entries('alert').filter((e) => (e.body as AlertEntry).instance.rule === 'own'),
    ).toHaveLength(1);
  });

  it('begin the next episode as they are then, not as they were in the last', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    await room.judged('flight-delay', [verdict('x', now + MINUTE, 0.01)], now + MINUTE);
    await write(
      'rules: [{ name: own, signal: drift.psi, condition: "> 0.3", severity: critical, labels: { team: a } }]',
    );
    await room.reload();
    await room.judged('flight-delay', [verdict('x', now + 2 * MINUTE, 0.35)], now + 2 * MINUTE);
    const { alerts } = await call<AlertList>(room, 'GET', '/alerts');
    expect(alerts.find((one) => one.rule === 'own')).toMatchObject({
      state: 'firing',
      episode: 2,
      severity: 'critical',
      labels: { team: 'a', severity: 'critical' },
    });
  });

  /** Transitions of the rule `own` as the journal has them. */
  const story = () =>
    journal
      .entries('alert')
      .map(({ body }) => body as AlertEntry)
      .filter(({ instance }) => instance.rule === 'own')
      .map(({ transition, instance }) => `${instance.ruleSignal} ${transition.to} ${transition.reason}`);

  it('end alerts that were looked at again while the change was being written', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    journal.before = async (entries) => {
      if (entries[0]?.kind !== 'rule') return;
      now += MINUTE;
      await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    };
    await call(room, 'POST', '/rules/:name/enabled', { name: 'own' }, { enabled: false });
    expect(story()).toEqual(['drift.psi firing breach_started', 'drift.psi resolved rule_removed']);
  });

  it('end alerts whose end could not be written at first', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    await room.judged('flight-delay', [verdict('x', now, 0.35)], now);
    journal.before = (entries) => {
      journal.failing = entries[0]?.kind === 'alert' ? 'disk full' : null;
    };
    await expect(
      call(room, 'POST', '/rules/:name/enabled', { name: 'own' }, { enabled: false }),
    ).rejects.toThrow('disk full');
    await room.tick(now);
    journal.before = () => undefined;
    journal.failing = null;
    await room.tick(now);
    expect(story()).toEqual(['drift.psi firing breach_started', 'drift.psi resolved rule_removed']);
  });

  it('keep firing alerts through a restart with broken files', async () => {
    await write(RULE('> 0.3'));
    const before = await open();
    await before.judged('flight-delay', [verdict('x', now, 0.35)], now);
    await before.stop();
    await write('rules: [');
    now += MINUTE;
    const after = await open();
    expect(after.counts.firing).toBe(3);
  });

  it('that come through the API override, survive a restart, and give way again when deleted', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    const saved = await call<ListedRule>(
      room,
      'PUT',
      '/rules/:name',
      { name: 'own' },
      { signal: 'drift.psi', condition: '> 0.7' },
    );
    expect(saved).toMatchObject({ origin: 'api', condition: { value: 0.7 } });
    await call(room, 'POST', '/rules/:name/enabled', { name: 'error-rate' }, { enabled: false });
    await room.stop();
    const again = await open();
    expect(await threshold(again)).toBe(0.7);
    expect((await rules(again)).rules.find((r) => r.name === 'error-rate')).toMatchObject({
      enabled: false,
      origin: 'builtin',
    });
    await call(again, 'DELETE', '/rules/:name', { name: 'own' });
    expect(await threshold(again)).toBe(0.3);
    await expect(call(again, 'DELETE', '/rules/:name', { name: 'own' })).rejects.toThrow(
      /a\.yaml; delete it there/,
    );
    await expect(call(again, 'DELETE', '/rules/:name', { name: 'error-rate' })).rejects.toThrow(
      /disable it instead/,
    );
  });

  it('of files may name rules of the API in inhibited_by, also right after a restart', async () => {
    await write(RULE('> 0.3'));
    const room = await open();
    await call(
      room,
      'PUT',
      '/rules/:name',
      { name: 'from-the-api' },
      { signal: 'drift.psi', condition: '> 0.7' },
    );
    await write(
      'rules: [{ name: own, signal: drift.psi, condition: "> 0.4", inhibited_by: [from-the-api] }]',
    );
    await room.reload();
    expect(await threshold(room)).toBe(0.4);
    await room.stop();
    const again = await open();
    expect((await rules(again)).problems).toEqual([]);
    expect(await threshold(again)).toBe(0.4);
  });

  it('are checked against those that were asked for just before, not only against those in force', async () => {
    const room = await open();
    const put = (name: string, body: object) =>
      call(room, 'PUT', '/rules/:name', { name }, { signal: 'drift.psi', condition: '> 0.2', ...body });
    const remove = (name: string) => call(room, 'DELETE', '/rules/:name', { name });
    const how = async (...asked: Promise<unknown>[]) =>
      (await Promise.allSettled(asked)).map((one) =>
        one.status === 'fulfilled' ? 'done' : (one.reason as Error).message,
      );
    await put('a', {});
    await put('b', {});
    expect(await how(put('a', { inhibited_by: ['b'] }), put('b', { inhibited_by: ['a'] }))).toEqual([
      'done',
      'these rules would mute each other: a → b → a',
    ]);
    await put('a', {});
    expect(await how(remove('b'), put('a', { inhibited_by: ['b'] }))).toEqual([
      'done',
      'inhibited_by[0]: there is no rule "b"; did you mean "a"?',
    ]);
    await put('b', {});
    expect(await how(put('a', { inhibited_by: ['b'] }), remove('b'))).toEqual([
      'done',
      '"b" can\'t be deleted: a names it in inhibited_by',
    ]);
    await put('c', {});
    const switchOff = (name: string) =>
      call(room, 'POST', '/rules/:name/enabled', { name }, { enabled: false });
    expect(await how(remove('c'), switchOff('c'))).toEqual(['done', 'there is no rule "c"']);
  });

  it('are refused with every field when they are wrong, or would mute each other', async () => {
    const room = await open();
    const put = (name: string, body: object) =>
      call(room, 'PUT', '/rules/:name', { name }, { signal: 'drift.psi', condition: '> 0.2', ...body });
    await expect(put('a', { signal: 'drift.pis', for: 'x' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'signal' }, { path: 'for' }],
    });
    await put('a', {});
    await put('b', { inhibited_by: ['a'] });
    await expect(put('a', { inhibited_by: ['b'] })).rejects.toThrow('mute each other: b → a → b');
    await expect(put('c', { inhibited_by: ['a', 'model-silend'] })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'inhibited_by[1]: there is no rule "model-silend"; did you mean "model-silent"?',
      errors: [{ path: 'inhibited_by[1]', code: 'unknown_rule' }],
    });
    await expect(call(room, 'DELETE', '/rules/:name', { name: 'a' })).rejects.toThrow(
      '"a" can\'t be deleted: b names it in inhibited_by',
    );
    expect(
      await call(
        room,
        'POST',
        '/rules/validate',
        {},
        {
          yaml: 'rules: [{ name: d, signal: drift.psi, condition: "> 0.2", inhibited_by: [drift-significent] }]',
        },
      ),
    ).toMatchObject({
      ok: false,
      problems: [
        {
          field: 'rules[0].inhibited_by[0]',
          code: 'unknown_rule',
          message: 'there is no rule "drift-significent"; did you mean "drift-significant"?',
        },
      ],
    });
    const validation = await call<{ ok: boolean; problems: { line: number }[] }>(
      room,
      'POST',
      '/rules/validate',
      {},
      { yaml: RULE('> much') },
    );
    expect(validation).toMatchObject({ ok: false, problems: [{ line: 2, field: 'rules[0].condition' }] });
  });
});
