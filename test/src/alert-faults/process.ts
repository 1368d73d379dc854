import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const DAEMON = fileURLToPath(new URL('./daemon.ts', import.meta.url));
const TSX = createRequire(import.meta.url).resolve('tsx');

/** One daemon process. It loads its code at once and opens the journal when told to, so that restarts are quick. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #errors = '';

  constructor() {
    const args = ['--conditions=leeway-source', '--import', TSX, DAEMON];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin!.on('error', () => undefined);
    this.#child.stderr!.on('data', (part: Buffer) => {
      this.#errors = (this.#errors + part.toString()).slice(-20_000);
    });
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  get errors(): string {
    return this.#errors;
  }

  send(line: object): void {
    this.#child.stdin!.write(`${JSON.stringify(line)}\n`);
  }

  /** Opens the journal; resolves when the room runs. Throws with the daemon's log when it ends instead. */
  async open(options: {
    open: string;
    alertFile: string;
    rulesPath: string;
    everyMs: number;
  }): Promise<void> {
    const ready = new Promise<boolean>((resolve) => {
      this.#child.stdout!.on('data', (part: Buffer) => {
        if (part.toString().includes('ready')) resolve(true);
      });
    });
    this.send(options);
    if (await Promise.race([ready, this.#ended.then(() => false)])) return;
    throw new Error(`the daemon ended while opening:\n${this.#errors}`);
  }

  /** SIGKILL, and waits until the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
