// Brings node_modules in line with package-lock.json, and only when it is not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * What npm would have to install: names of locked packages that are absent or of another version. Packages marked
 * optional may be absent (they are other platforms' binaries).
 */
export function stalePackages(locked, installed) {
  const stale = [];
  for (const [path, entry] of Object.entries(locked)) {
    if (path === '' || !path.includes('node_modules/') || entry.link) continue;
    const present = installed[path];
    if (!present && (entry.optional || entry.devOptional || entry.peer)) continue;
    if (present?.version !== entry.version) stale.push(path);
  }
  return stale;
}

function packagesOf(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {};
}

/** Runs `npm ci` when something locked is not installed. Throws when npm fails. */
export async function installPackages(say) {
  const stale = stalePackages(
    packagesOf(join(root, 'package-lock.json')),
    packagesOf(join(root, 'node_modules', '.package-lock.json')),
  );
  if (stale.length === 0) return;
  say(`installing packages (npm ci): ${stale.length} of the locked ones are missing or of another version`);
  await run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
}
