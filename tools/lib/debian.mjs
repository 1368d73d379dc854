// Small programs that tests run as they are: the system's own, or Debian's package where we may install it.
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

async function has(command) {
  return run('sh', ['-c', `command -v ${command}`], { capture: true }).then(
    () => true,
    () => false,
  );
}

/** Finds a program, or installs the Debian package of the same name as root. Throws with what to do otherwise. */
export async function needProgram(name, say) {
  if (await has(name)) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`no ${name} found: install it, on Debian or Ubuntu with "apt-get install ${name}"`);
  say(`installing ${name} from the Debian packages`);
  await run('apt-get', ['update', '-qq'], { capture: true });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { capture: true });
  if (!(await has(name))) throw new Error(`the package ${name} was installed, but left no program`);
}
