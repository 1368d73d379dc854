import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from './problem.js';

describe('the table of errors in docs/api.md', () => {
  const text = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8');
  const section = text.split('\n## Errors\n')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').flatMap((line) => {
    const [, statuses = '', codes = ''] = /^\| (\d[\d, ]*)\| (.*)\|$/.exec(line) ?? [];
    return statuses === '' ? [] : [{ statuses: statuses.split(',').map(Number), codes }];
  });
  const named = (codes: string) =>
    [...codes.matchAll(/`([a-z_]+)`/g)].flatMap(([, code]) => (code === undefined ? [] : [code]));

  it('has every code, in the row of its status', () => {
    const missing = Object.entries(PROBLEMS).filter(
      ([code, [status]]) =>
        !rows.some(({ statuses, codes }) => statuses.includes(status) && named(codes).includes(code)),
    );
    expect(missing.map(([code]) => code)).toEqual([]);
  });

  it('has no code that no answer carries', () => {
    expect(rows.flatMap(({ codes }) => named(codes)).filter((code) => !(code in PROBLEMS))).toEqual([]);
  });
});
