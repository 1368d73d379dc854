import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../../../..');

/** The line that `npm run demo -- --check` prints, as far as tests read it. */
export interface Report {
  ok: boolean;
  problems: string[];
  transport: string;
  events_sent: number;
  events_stored: number;
  labels_sent: number;
  histogram_total: number;
  windows: number;
  signals: number;
  verdicts: Record<string, number>;
  false_verdicts: number;
  alerts_fired: number;
  other_alerts: string[];
  first_chart_seconds: number | null;
  fault_to_significant_seconds: number | null;
  fault_to_alert_seconds: number | null;
  seconds: number;
}

/** A demo that checks itself and then stays up, so that a browser can look at it. */
export class DemoProcess {
  readonly #child: ChildProcess;
  readonly #screen: string[] = [];
  readonly #report: Promise<Report>;

  constructor(...flags: string[]) {
    // The test command has built everything already.
    const args = [join(root, 'tools/demo.mjs'), '--check', '--linger', '--built', ...flags];
    this.#child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.#child.stderr! }).on('line', (line) => this.#screen.push(line));
    this.#report = new Promise((done, fail) => {
      createInterface({ input: this.#child.stdout! }).on('line', (line) => done(JSON.parse(line) as Report));
      this.#child.once('exit', (code) => fail(new Error(`the demo ended with ${code}:\n${this.screen()}`)));
    });
    // A test that waits for the report sees the failure there.
    this.#report.catch(() => {});
  }

  report(): Promise<Report> {
    return this.#report;
  }

  /** What a person would have read so far. */
  screen(): string {
    return this.#screen.join('\n');
  }

  /** What follows `label: ` on the screen. */
  said(label: string): string {
    const line = this.#screen.find((text) => text.includes(`${label}: `));
    if (!line) throw new Error(`the demo never said "${label}:"\n${this.screen()}`);
    return line.slice(line.indexOf(`${label}: `) + label.length + 2).trim();
  }

  /** Where its collector answers. */
  collector(): string {
    return new URL(this.said('collector')).origin;
  }

  /** Where its fault is switched: `/on` and `/off` behind it. */
  faultSwitch(): string {
    const found = /curl -X POST (\S+)\/on/.exec(this.screen());
    if (!found) throw new Error(`the demo never said how to switch the fault\n${this.screen()}`);
    return found[1]!;
  }

  /** Ends it as Ctrl-C does; resolves with the exit code. */
  async interrupt(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    const [code] = (await exited) as [number | null];
    return code;
  }
}
