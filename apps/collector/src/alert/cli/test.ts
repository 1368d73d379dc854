import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeProblem } from './check.js';
import type { RulesContext } from './rules.js';
import { readTests } from './test-file.js';
import { runTest } from './test-run.js';

/** `leeway rules test`: 0 when every test did what it wants, 1 otherwise, 2 when a file can't be used. */
export async function testCommand(files: readonly string[], context: RulesContext): Promise<number> {
  let failed = 0;
  let count = 0;
  for (const given of files) {
    const path = resolve(context.cwd, given);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) {
      context.err(`leeway: ${given} can't be read\n`);
      return 2;
    }
    const { suite, problems } = await readTests(text, path);
    if (!suite) {
      for (const problem of problems) context.err(`${describeProblem(problem, context.cwd)}\n`);
      return 2;
    }
    for (const test of suite.tests) {
      count += 1;
      const differences = await runTest(test, suite);
      context.out(`${differences.length === 0 ? 'ok  ' : 'FAIL'} ${test.name}\n`);
      for (const difference of differences) context.out(`     ${difference}\n`);
      if (differences.length > 0) failed += 1;
    }
  }
  context.out(failed === 0 ? `${count} passed\n` : `${failed} of ${count} failed\n`);
  return failed === 0 ? 0 : 1;
}
