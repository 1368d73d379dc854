// Child processes for the repository's own tools: run one to its end, or keep one and end it by its id.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Environment for build tools: no usage reports to anybody. */
export const quietEnv = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

/** The executable of an installed package, e.g. `bin('turbo')`. */
export const bin = (name) => join(root, 'node_modules', '.bin', name);

/**
 * Runs a command to its end. With `capture` its output is collected and returned instead of shown; either way a
 * non-zero exit rejects with an error that carries `output` and `code`.
 */
export function run(command, args, { cwd = root, env = quietEnv, capture = false, signal } = {}) {
  return new Promise((done, fail) => {
    const stdio = capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, args, { cwd, env, stdio, signal });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', fail);
    child.on('close', (code, ended) => {
      const output = Buffer.concat(chunks).toString('utf8');
      if (code === 0) done(output);
      else {
        const how = ended ? `was ended by ${ended}` : `ended with exit code ${code}`;
        fail(Object.assign(new Error(`${command} ${args.join(' ')} ${how}`), { output, code }));
      }
    });
  });
}

/** `preferred` when nobody listens there, otherwise a port that is free now. 0 = any. */
export function freePort(preferred) {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', (error) => {
      if (preferred !== 0 && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) done(freePort(0));
      else fail(error);
    });
    server.listen(preferred, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Long-running children of one tool: each writes to its own log file and is ended by its id, newest first. */
export class Children {
  #running = [];
  #ending = false;

  /** Starts a child. `onExit(code, signal)` is called when it ends without having been asked to. */
  start(name, command, args, { env = quietEnv, cwd = root, log, stdio, onExit } = {}) {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: stdio ?? ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal reaches this tool only, which then ends its children in order.
      detached: true,
    });
    const entry = { name, child, exited: new Promise((done) => child.once('exit', done)) };
    if (log && child.stdout && child.stderr) {
      const file = createWriteStream(log);
      child.stdout.pipe(file, { end: false });
      child.stderr.pipe(file, { end: false });
    }
    child.once('error', (error) => onExit?.(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      this.#running = this.#running.filter((other) => other !== entry);
      if (!this.#ending) onExit?.(signal ?? code);
    });
    this.#running.push(entry);
    return child;
  }

  /** Asks every child to end (SIGTERM), and insists (SIGKILL on its group) after `patienceMs`. */
  async endAll(patienceMs = 15_000) {
    this.#ending = true;
    for (const { child, exited } of [...this.#running].reverse()) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child.pid), patienceMs);
      await exited;
      clearTimeout(timer);
      killGroup(child.pid);
    }
  }
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
