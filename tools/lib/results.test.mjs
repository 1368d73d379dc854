import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Results } from './results.mjs';

let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leeway-results-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function report(content) {
  const file = join(folder, `${Math.random()}.json`);
  const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  writeFileSync(file, JSON.stringify({ ...empty, success: true, testResults: [], ...content }));
  return file;
}

describe('Results', () => {
  it('sums tests over all runs and counts a check as one', () => {
    const results = new Results();
    results.vitest('a', report({ numPassedTests: 3 }), null);
    results.vitest('b', report({ numPassedTests: 4, numPendingTests: 1 }), null);
    results.check('lint', null);
    expect(results.summary()).toBe('8 passed, 0 failed, 1 skipped');
  });

  it('fails a run that left no report', () => {
    const results = new Results();
    results.vitest('crashed', join(folder, 'absent.json'), null);
    expect(results.failed).toBe(1);
  });

  it('fails a test file that could not be loaded, though none of its tests failed', () => {
    const results = new Results();
    const broken = { name: 'x.test.ts', status: 'failed', message: 'no such module', assertionResults: [] };
    results.vitest('a', report({ success: false, testResults: [broken] }), new Error('exit code 1'));
    expect(results.failed).toBe(1);
    expect(results.notes).toEqual(['failed: a: x.test.ts: no such module']);
  });

  it('fails a run that ended badly though its report is all green', () => {
    const results = new Results();
    results.vitest('a', report({ numPassedTests: 2 }), new Error('ended by SIGSEGV'));
    expect(results.summary()).toBe('2 passed, 1 failed, 0 skipped');
  });

  it('skips by name for a missing tool, and fails for it in CI', () => {
    const here = new Results();
    here.missing('Kafka', new Error('no Java'), false);
    expect(here.summary()).toBe('0 passed, 0 failed, 1 skipped');
    expect(here.notes).toEqual(['skipped: Kafka: no Java']);
    const there = new Results();
    there.missing('Kafka', new Error('no Java'), true);
    expect(there.failed).toBe(1);
  });
});
