// npm run golden -- FILE: runs oracle vectors against the package.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseGolden, runGolden } from '../src/golden/golden.js';

const file = process.argv[2];
if (file === undefined) {
  process.stderr.write('usage: npm run golden -- FILE (a golden.json)\n');
  process.exit(2);
}
// npm runs scripts in the package's folder; INIT_CWD is where the caller stood.
const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
try {
  const report = runGolden(parseGolden(readFileSync(path, 'utf8')));
  for (const failure of report.failures) {
    process.stdout.write(`FAILED ${failure.id} (${failure.kind})\n`);
    for (const line of failure.lines) process.stdout.write(`    ${line}\n`);
  }
  process.stdout.write(`${report.passed} passed, ${report.failures.length} failed\n`);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
