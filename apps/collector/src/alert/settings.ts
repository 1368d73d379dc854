import type { Rule, RuleProblem } from '@leeway/contract';
import { type FSWatcher, watch } from 'chokidar';
import type { Logger } from 'pino';
import { loadAlertConfig } from './notify/load-config.js';
import type { Notifier } from './notify/notifier.js';
import type { Journal } from './ports.js';
import { AlertProblem } from './problem.js';
import type { RuleBook, RuleEntry } from './rules/book.js';
import { inhibitionCycles, unknownInhibitors } from './rules/cycles.js';
import { loadRules } from './rules/files.js';
import { withdrawalOf } from './rules/still-about.js';
import { serially } from './serially.js';
import type { AlertBook } from './state/book.js';

interface SettingsDeps {
  journal: Journal;
  log: Logger;
  now(): number;
  alertFile: string | null;
  rulesPath: string | null;
}

/** Editors save in several steps; a change is read once they are over. */
const SETTLE_MS = 200;

/**
 * Rules and configuration over time: read from files at start, again when they change or on SIGHUP, and changed
 * through the API. A set with any error is not taken: the last good one stays in force and the errors are listed.
 */
export class Settings {
  readonly #exclusive = serially();
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ruleProblems: RuleProblem[] = [];
  #configProblems: RuleProblem[] = [];
  /** Whether the files have been read without errors once: before, a missing rule proves nothing. */
  #sound = false;
  /** Whether alerts may be left whose rule would not raise them any more. */
  #orphans = false;

  constructor(
    private readonly deps: SettingsDeps,
    private readonly rules: RuleBook,
    private readonly book: AlertBook,
    private readonly notifier: Notifier,
  ) {}

  get ruleProblems(): readonly RuleProblem[] {
    return this.#ruleProblems;
  }
  get configProblems(): readonly RuleProblem[] {
    return this.#configProblems;
  }

  /** The first reading. Where rule files have errors, the rules without any are better than none. */
  async load(): Promise<void> {
    const { rulesPath, alertFile } = this.deps;
    if (rulesPath) {
      const loaded = await loadRules(rulesPath, this.rules.saved);
      this.#ruleProblems = loaded.problems;
      this.#sound = loaded.problems.length === 0;
      const names = new Set<string>();
      this.rules.setFiles(loaded.rules.filter(({ rule }) => !names.has(rule.name) && names.add(rule.name)));
    } else this.#sound = true;
    if (alertFile) await this.#loadConfig(alertFile);
  }

  /** After the replay: ends the alerts of rules that went away or changed while the process was down. */
  async settle(): Promise<void> {
    // Before the replay the rules that were saved through the API were not known, and files may name them.
    if (this.rules.saved.length > 0 && this.#ruleProblems.some(({ code }) => code === 'unknown_rule'))
      await this.load();
    this.#tell();
    if (this.#sound) await this.#endOrphans();
  }

  /** Reads everything anew; what has errors is not taken. */
  reload(): Promise<void> {
    return this.#exclusive(async () => {
      const { rulesPath, alertFile } = this.deps;
      if (rulesPath) {
        const loaded = await loadRules(rulesPath, this.rules.saved);
        this.#ruleProblems = loaded.problems;
        if (loaded.problems.length === 0) {
          this.#sound = true;
          this.rules.setFiles(loaded.rules);
          await this.#endOrphans();
        }
      }
      if (alertFile) await this.#loadConfig(alertFile);
      this.#tell();
    });
  }

  async watch(): Promise<void> {
    const paths = [this.deps.rulesPath, this.deps.alertFile].filter((path) => path !== null);
    if (paths.length === 0) return;
    const watcher = watch(paths, { ignoreInitial: true, depth: 0 });
    this.#watcher = watcher;
    watcher.on('all', () => {
      if (this.#timer) clearTimeout(this.#timer);
      this.#timer = setTimeout(
        () => void this.reload().catch((error) => this.deps.log.error({ err: error }, 'reloading failed')),
        SETTLE_MS,
      );
    });
    watcher.on('error', (error) =>
      this.deps.log.warn({ err: error }, 'rule files can’t be watched; use SIGHUP to reload'),
    );
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#watcher?.close();
  }

  /** Saves a rule through the API. Throws `AlertProblem` when it names no rule, or would mute itself in a circle. */
  save(rule: Rule, author: string): Promise<void> {
    return this.#change({ change: 'saved', rule, author }, () => this.#checkSaved(rule));
  }

  #checkSaved(rule: Rule): void {
    const all = this.rules.with(rule);
    const cycle = inhibitionCycles(all)[0];
    if (cycle) {
      const message = `these rules would mute each other: ${cycle.join(' → ')}`;
      throw new AlertProblem('invalid_request', message, [{ path: 'inhibited_by', code: 'cycle', message }]);
    }
    const unknown = unknownInhibitors(all).filter((one) => one.rule === rule.name);
    if (unknown.length > 0) {
      const errors = unknown.map(({ index, message }) => ({
        path: `inhibited_by[${index}]`,
        code: 'unknown_rule',
        message,
      }));
      throw new AlertProblem(
        'invalid_request',
        errors.map((e) => `${e.path}: ${e.message}`).join('; '),
        errors,
      );
    }
  }

  /** Deletes a rule that came through the API; a file's or built-in rule of that name is back in force then. */
  delete(name: string, author: string): Promise<void> {
    return this.#change({ change: 'deleted', name, author }, () => this.#checkDeleted(name));
  }

  #checkDeleted(name: string): void {
    const known = this.rules.get(name);
    if (!known) throw new AlertProblem('not_found', `there is no rule "${name}"`);
    if (!this.rules.isSaved(name)) {
      const where =
        known.origin === 'file'
          ? `it is in ${known.file}; delete it there`
          : 'it is built in; disable it instead';
      throw new AlertProblem('conflict', `"${name}" can't be deleted here: ${where}`);
    }
    const left = this.rules.without(name);
    if (!left.some((rule) => rule.name === name)) {
      const named = left.filter((rule) => rule.inhibited_by.includes(name)).map((rule) => rule.name);
      if (named.length > 0)
        throw new AlertProblem(
          'conflict',
          `"${name}" can't be deleted: ${named.slice(0, 5).join(', ')} ${named.length > 1 ? 'name' : 'names'} it in inhibited_by`,
        );
    }
  }

  enable(name: string, enabled: boolean, author: string): Promise<void> {
    return this.#change({ change: 'enabled', name, enabled, author }, () => {
      if (!this.rules.get(name)) throw new AlertProblem('not_found', `there is no rule "${name}"`);
    });
  }

  /** `check` throws when the change does not go with the rules as they are once it is its turn. */
  #change(entry: RuleEntry, check: () => void): Promise<void> {
    return this.#exclusive(async () => {
      check();
      await this.deps.journal.append([{ at: this.deps.now(), kind: 'rule', model: '', body: entry }]);
      this.rules.take(entry);
      await this.#endOrphans();
    });
  }

  /** Ends what could not be ended when its rule changed, because the journal was away. */
  async tick(): Promise<void> {
    if (this.#orphans) await this.#endOrphans();
  }

  /** In one pass, and asked for in the same moment as the rules changed: no finding of the new rules comes before. */
  async #endOrphans(): Promise<void> {
    this.#orphans = false;
    try {
      await this.book.withdraw(
        (instance) => withdrawalOf(instance, this.rules.get(instance.rule)),
        this.deps.now(),
      );
    } catch (error) {
      this.#orphans = true;
      throw error;
    }
  }

  async #loadConfig(file: string): Promise<void> {
    const loaded = await loadAlertConfig(file);
    this.#configProblems = loaded.problems;
    if (loaded.config) this.notifier.configure(loaded.config, this.deps.now());
  }

  #tell(): void {
    for (const problem of [...this.#ruleProblems, ...this.#configProblems].slice(0, 50)) {
      const { file, line, field, message } = problem;
      this.deps.log.error({ file, line, field }, `${message}; the last good set stays in force`);
    }
  }
}
