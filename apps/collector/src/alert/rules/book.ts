import { isDeepStrictEqual } from 'node:util';
import type { Rule, RuleProblem } from '@leeway/contract';
import { BUILTIN_RULES } from './builtin.js';
import { type CompiledRule, compileRule, type RuleOrigin } from './compile.js';

/** What a journal entry of kind `rule` holds. */
export type RuleEntry =
  | { change: 'saved'; rule: Rule; author: string }
  | { change: 'deleted'; name: string; author: string }
  | { change: 'enabled'; name: string; enabled: boolean; author: string };

/**
 * The rules in force: built-in ones, overridden by name by those of files, and these by those saved through the
 * API. Switching a rule on or off is remembered apart from its text, so it works for every origin. A compiled rule
 * stays the same object for as long as nothing about it changes, so that a finding's rule tells whether it is in force.
 */
export class RuleBook {
  #files: { rule: Rule; file: string }[] = [];
  readonly #saved = new Map<string, Rule>();
  readonly #switched = new Map<string, boolean>();
  #compiled: CompiledRule[] = [];
  #enabled: CompiledRule[] = [];
  #byName = new Map<string, CompiledRule>();
  problems: RuleProblem[] = [];

  constructor() {
    this.#compile();
  }

  /** Every rule, also disabled ones, by name. */
  get all(): readonly CompiledRule[] {
    return this.#compiled;
  }

  get enabled(): readonly CompiledRule[] {
    return this.#enabled;
  }

  get(name: string): CompiledRule | null {
    return this.#byName.get(name) ?? null;
  }

  /** Takes a journal entry, of now or of an earlier process. */
  take(entry: RuleEntry): void {
    if (entry.change === 'saved') {
      this.#saved.set(entry.rule.name, entry.rule);
      // Saving states whether it is enabled, so an older switch is over.
      this.#switched.delete(entry.rule.name);
    } else if (entry.change === 'deleted') {
      this.#saved.delete(entry.name);
      this.#switched.delete(entry.name);
    } else this.#switched.set(entry.name, entry.enabled);
    this.#compile();
  }

  /** Replaces the rules of files; the caller has checked them. */
  setFiles(rules: readonly { rule: Rule; file: string }[]): void {
    this.#files = [...rules];
    this.#compile();
  }

  /** The rules that came through the API. */
  get saved(): Rule[] {
    return [...this.#saved.values()];
  }

  /** Whether a rule of this name came through the API, and can be deleted there. */
  isSaved(name: string): boolean {
    return this.#saved.has(name);
  }

  /** Entries that rebuild what came through the API. */
  export(): RuleEntry[] {
    const author = 'checkpoint';
    return [
      ...this.saved.map((rule): RuleEntry => ({ change: 'saved', rule, author })),
      ...[...this.#switched].map(
        ([name, enabled]): RuleEntry => ({ change: 'enabled', name, enabled, author }),
      ),
    ];
  }

  /** The rules as they would be with one more. */
  with(rule: Rule): Rule[] {
    return [...this.#compiled.map((c) => c.rule).filter((r) => r.name !== rule.name), rule];
  }

  /** The rules as they would be without what was saved under this name: a file's or built-in one comes back. */
  without(name: string): Rule[] {
    const below = this.#files.find(({ rule }) => rule.name === name)?.rule;
    const back = below ?? BUILTIN_RULES.find((rule) => rule.name === name);
    return [...this.#compiled.map((c) => c.rule).filter((r) => r.name !== name), ...(back ? [back] : [])];
  }

  #compile(): void {
    const byName = new Map<string, { rule: Rule; origin: RuleOrigin; file: string | null }>();
    for (const rule of BUILTIN_RULES) byName.set(rule.name, { rule, origin: 'builtin', file: null });
    for (const { rule, file } of this.#files) byName.set(rule.name, { rule, origin: 'file', file });
    for (const rule of this.#saved.values()) byName.set(rule.name, { rule, origin: 'api', file: null });
    this.#compiled = [...byName.values()].map(({ rule, origin, file }) => {
      const enabled = this.#switched.get(rule.name) ?? rule.enabled;
      const present = enabled === rule.enabled ? rule : { ...rule, enabled };
      const known = this.#byName.get(rule.name);
      const same = known?.origin === origin && known.file === file && isDeepStrictEqual(known.rule, present);
      return same ? known : compileRule(present, origin, file);
    });
    this.#enabled = this.#compiled.filter((compiled) => compiled.rule.enabled);
    this.#byName = new Map(this.#compiled.map((compiled) => [compiled.rule.name, compiled]));
  }
}
