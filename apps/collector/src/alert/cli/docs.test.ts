import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RULE_SIGNALS, Rule } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILTIN_RULES } from '../rules/builtin.js';
import { checkCommand } from './check.js';
import { testCommand } from './test.js';

const guide = await readFile(new URL('../../../../../docs/alerting.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
let dir: string;
let said = '';
const context = () => ({
  cwd: dir,
  url: 'http://127.0.0.1:9',
  token: undefined,
  signal: AbortSignal.timeout(5_000),
  out: (text: string) => {
    said += text;
  },
  err: (text: string) => {
    said += text;
  },
});

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-docs-'));
  const files = [
    ['rules/flights.yaml', blocks.find((text) => text.includes('# rules/flights.yaml'))],
    ['alerts.yaml', blocks.find((text) => text.includes('# alerts.yaml'))],
    ['whole.yaml', blocks.find((text) => text.includes('heartbeat:'))],
    ['tests.yaml', blocks.find((text) => text.startsWith('rules: rules/flights.yaml'))],
  ] as const;
  for (const [name, text] of files) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text!);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('docs/alerting.md', () => {
  it('has examples that work as they stand', async () => {
    const code = await checkCommand(['rules', 'alerts.yaml', 'whole.yaml'], false, context());
    expect([said, code]).toEqual(['fine: 1 rule in 1 file, 2 alert files\n', 0]);
    expect([await testCommand(['tests.yaml'], context()), said]).toEqual([
      0,
      expect.stringContaining('1 passed'),
    ]);
  });

  it('names every field of a rule, every signal and every shipped rule', () => {
    const { selector: _selector, ...fields } = Rule.shape;
    for (const field of Object.keys(fields)) expect(guide).toContain(`\`${field}\``);
    for (const field of Object.keys(Rule.shape.selector.unwrap().shape))
      expect(guide).toContain(`\`selector.${field}\``);
    for (const signal of RULE_SIGNALS) {
      const last = signal.split('.').at(-1)!;
      expect(guide.includes(`\`${signal}\``) || guide.includes(`\`.${last}\``), signal).toBe(true);
    }
    for (const { name } of BUILTIN_RULES) expect(guide).toContain(`\`${name}\``);
  });
});
