// A browser for the browser tests: the system's own, or Debian's package where we may install it.
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Path of a Chromium on this machine, or null. `CHROMIUM_PATH` names one in another place. */
export function findChromium(env = process.env) {
  return [env.CHROMIUM_PATH, ...KNOWN].find((path) => path && existsSync(path)) ?? null;
}

/** Finds Chromium, or installs Debian's as root. Throws with what to do when neither is possible. */
export async function needChromium(say) {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error('no Chromium found: install one, or name it in CHROMIUM_PATH');
  say('installing Chromium from the Debian packages (about half a minute)');
  await run('apt-get', ['update', '-qq'], { capture: true });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { capture: true });
  const installed = findChromium();
  if (!installed) throw new Error('the Chromium package was installed, but left no browser');
  return installed;
}
