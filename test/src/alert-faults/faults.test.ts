import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));
const TSX = createRequire(import.meta.url).resolve('tsx');
/** A taste of `npm run test:alert-faults`, which kills 200 times. */
const KILLS = 6;

it(`nothing is missed, nothing resolves by accident and nothing comes twice under two keys, over ${KILLS} kills`, async () => {
  const args = ['--conditions=leeway-source', '--import', TSX, RUN, '--seeds', String(KILLS), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 240_000 });
  expect(JSON.parse(stdout)).toMatchObject({
    kills: KILLS,
    missed: 0,
    spurious_resolved: 0,
    duplicates_without_same_key: 0,
  });
});
