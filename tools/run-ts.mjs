// Runs a TypeScript entry of this repository from source: node tools/run-ts.mjs FILE [ARGS…]
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const [file, ...args] = process.argv.slice(2);
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const child = spawn(process.execPath, [tsx, '--conditions=leeway-source', file, ...args], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
