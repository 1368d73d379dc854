import type { ModelSettings, Verdict } from '@leeway/contract';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { AlertFacts, OperationalWindow } from '../ports.js';
import type { RuleBook } from '../rules/book.js';
import type { CompiledRule } from '../rules/compile.js';
import { wholeModel } from '../rules/still-about.js';
import type { AlertBook } from '../state/book.js';
import type { Instance } from '../state/instance.js';
import type { Slice } from '../state/types.js';
import { LearntCapacity } from './capacity.js';
import type { Finding } from './finding.js';
import { findingsOf } from './from-verdicts.js';
import { type ModelFacts, ModelIndex } from './model-facts.js';
import { observeSilence, observeWindow, sumVersions } from './operational.js';
import { absences, blind, madeAgain, SeenSlices, sliceKey } from './seen-slices.js';

const MINUTE = 60_000;
/** A drift alert whose signal got no verdict for so many steps has no data. */
const SILENT_STEPS = 3;

/** Models asked for in one question. */
const FLEET = 250;

/** The rules of one model that look at the same length of window. */
interface Look {
  facts: ModelFacts;
  windowMs: number;
  rules: CompiledRule[];
}

export interface WatcherDeps {
  facts: AlertFacts;
  rules: RuleBook;
  book: AlertBook;
  log: Logger;
  /** Least and greatest time between two looks at the operational figures of a model, in ms. */
  leastLookMs: number;
  mostLookMs: number;
}

/** Turns verdicts and operational windows into findings and hands them to the alert book. */
export class Watcher {
  readonly models: ModelIndex;
  readonly #capacity: LearntCapacity;
  readonly #lookDue = new Map<string, number>();
  readonly #seen: SeenSlices;
  /** When the first event of each model came, for those that are asked. */
  readonly #first = new LRUCache<string, number>({ max: 10_000 });
  #failing = false;

  constructor(private readonly deps: WatcherDeps) {
    this.models = new ModelIndex(deps.facts);
    this.#capacity = new LearntCapacity(deps.facts);
    this.#seen = new SeenSlices(deps.facts);
  }

  /** Verdicts of one run of one model. */
  async judged(model: string, verdicts: readonly Verdict[], now: number): Promise<void> {
    const judgedBy = verdicts.at(-1)?.baseline;
    const facts = this.models.get(
      model,
      now,
      (known) => judgedBy === undefined || known.baseline?.id === judgedBy,
    );
    if (facts?.baseline) await this.#endOldBaselines(model, now);
    const rules = this.#rulesFor(model, (rule) => rule.family === 'drift' || rule.family === 'quality');
    if (rules.length === 0) return;
    const findings = findingsOf(rules, verdicts, (verdict) =>
      facts?.baseline?.id === verdict.baseline
        ? this.models.importance(facts.baseline, verdict.signal)
        : null,
    );
    await this.#apply(findings, now);
  }

  /** Looks at the operational figures of the models that are due, and at signals that went quiet. */
  async tick(now: number): Promise<void> {
    const models = this.models.all(now);
    const looks: Look[] = [];
    for (const facts of models) {
      const due = this.#lookDue.get(facts.model) ?? 0;
      const rules = this.#rulesFor(facts.model, isOperational);
      const every = lookEvery(facts.settings, rules, this.deps);
      // A clock that went back must not stop the looks for as long.
      if (now < due && due - now <= every) continue;
      // Counted from when it was due and not from the tick that came after, or every look would be later than the last.
      this.#lookDue.set(facts.model, (now >= due && now - due < every ? due : now) + every);
      looks.push(...byWindow(facts, rules));
      if (facts.baseline) await this.#endOldBaselines(facts.model, now);
      await this.#missVerdicts(facts, now);
    }
    const windows = new Set(looks.map((look) => look.windowMs));
    for (const windowMs of windows) {
      const same = looks.filter((look) => look.windowMs === windowMs);
      for (let at = 0; at < same.length; at += FLEET)
        await this.#look(same.slice(at, at + FLEET), windowMs, now);
    }
    if (this.#lookDue.size > models.length * 2 + 100) this.#lookDue.clear();
  }

  /** One window length of many models, with as few questions to the store as possible. */
  async #look(looks: readonly Look[], windowMs: number, now: number): Promise<void> {
    // Stored per minute: the running minute counts too, and at least a whole window is seen.
    const from = Math.floor((now - windowMs) / MINUTE) * MINUTE;
    const to = Math.ceil((now + 1) / MINUTE) * MINUTE;
    const findings: Finding[] = [];
    try {
      const learning = looks.filter(
        (look) =>
          look.rules.some((r) => r.rule.condition.to === 'capacity') &&
          look.facts.settings.capacity_per_second === null,
      );
      await this.#capacity.learn(
        learning.map((look) => look.facts.model),
        windowMs,
        now,
      );
      const names = looks.map((look) => look.facts.model);
      const fleet = new Map<string, OperationalWindow[]>();
      for (const row of await this.deps.facts.operationalFleet(names, from, to)) {
        const rows = fleet.get(row.model) ?? [];
        rows.push(row);
        fleet.set(row.model, rows);
      }
      for (const look of looks)
        findings.push(...(await this.#lookAt(look, fleet.get(look.facts.model) ?? [], from, to, now)));
      this.#failing = false;
    } catch (error) {
      // Told once, not at every look; the alerts themselves become stale.
      if (!this.#failing) this.deps.log.warn({ err: error }, 'operational figures could not be read');
      this.#failing = true;
      findings.length = 0;
      for (const look of looks)
        findings.push(...this.#unreadable(look.facts.model, look.rules, (error as Error).message));
    }
    // The store took its time: rules and baselines may have changed meanwhile.
    if (findings.some(({ detail }) => detail.baseline !== null)) this.models.renew(now);
    await this.#apply(findings, now);
  }

  async #lookAt(
    { facts, rules }: Look,
    rows: readonly OperationalWindow[],
    from: number,
    to: number,
    now: number,
  ): Promise<Finding[]> {
    const { model, settings, baseline } = facts;
    const joined = rules.some(needsLabels) ? await this.deps.facts.operational(model, from, to) : rows;
    const findings: Finding[] = [];
    for (const rule of rules) {
      const overall = wholeModel(rule);
      if (overall) {
        const last = await this.deps.facts.lastEvent(model);
        if (last === null) {
          findings.push(...madeAgain(rule, this.deps.book.ofModel(model)));
          continue;
        }
        if (rule.family === 'silence') {
          findings.push(observeSilence(rule, model, last, now));
          continue;
        }
      }
      const capacity = settings.capacity_per_second ?? this.#capacity.of(model);
      const present: Finding[] = [];
      if (!overall) await this.#seen.recall(rule, model, now);
      const slices = overall
        ? [sumVersions(rows, model, await this.#begin(rule, settings, model, from), to)]
        : needsLabels(rule)
          ? joined
          : rows;
      for (const row of slices) {
        if (!overall && !(rule.version(row.version) && rule.segment(row.segment))) continue;
        const finding = observeWindow(rule, row, { settings, baseline, capacity }, now);
        present.push(finding);
        this.#seen.saw(rule, finding.slice);
      }
      const missing = absences(
        rule,
        this.deps.book.ofModel(model),
        this.#seen.of(rule, model),
        present,
        from,
      );
      findings.push(...present, ...missing);
    }
    return findings;
  }

  /**
   * Where a window over all versions begins: not before the model's first event, or a new model would look idle until
   * its first window is full. A usual capacity is known only of models that are older than that.
   */
  async #begin(rule: CompiledRule, settings: ModelSettings, model: string, from: number): Promise<number> {
    if (rule.rule.condition.to === 'capacity' && settings.capacity_per_second === null) return from;
    const first = this.#first.get(model) ?? (await this.deps.facts.firstEvent(model));
    if (first === null) return from;
    this.#first.set(model, first);
    return Math.max(from, first);
  }

  #unreadable(model: string, rules: readonly CompiledRule[], reason: string): Finding[] {
    return rules.flatMap((rule) => {
      const slices = new Map<string, Slice>();
      for (const instance of this.deps.book.ofModel(model)) {
        if (instance.rule === rule.rule.name) slices.set(sliceKey(instance.slice), instance.slice);
      }
      if (slices.size === 0 && rule.rule.on_error !== 'keep_last' && rule.rule.on_error !== 'ok') {
        slices.set('', { model, version: '', segment: '', signal: null });
      }
      return [...slices.values()].map((slice) => blind(rule, slice, { kind: 'error', reason }));
    });
  }

  /** Drift alerts whose signal is no longer judged: the version is gone, or evaluation stands still. */
  async #missVerdicts({ model, settings }: ModelFacts, now: number): Promise<void> {
    const quietMs = Math.max(MINUTE, SILENT_STEPS * settings.step_ms);
    const findings = this.deps.book.ofModel(model).flatMap((instance) => {
      const rule = this.deps.rules.get(instance.rule);
      const open = instance.state.phase === 'pending' || instance.state.phase === 'firing';
      if (!rule?.rule.enabled || !open || instance.condition !== 'breach') return [];
      if ((rule.family !== 'drift' && rule.family !== 'quality') || now - instance.state.at <= quietMs)
        return [];
      return [blind(rule, instance.slice, { kind: 'no_data', since: instance.state.at })];
    });
    // A verdict that was on its way may have come first.
    const stillQuiet = ({ rule, slice, observation }: Finding) =>
      observation.kind === 'no_data' &&
      this.deps.book.find(rule.rule.name, 'breach', slice)?.state.at === observation.since;
    if (findings.length > 0) await this.#apply(findings, now, stillQuiet);
  }

  async #endOldBaselines(model: string, now: number): Promise<void> {
    const outdated = ({ slice, detail }: Instance) =>
      slice.model === model && this.#isReplaced(model, detail.baseline);
    if (
      this.deps.book
        .ofModel(model)
        .some((instance) => outdated(instance) && instance.state.phase !== 'resolved')
    ) {
      await this.deps.book.withdraw((instance) => (outdated(instance) ? 'baseline_replaced' : null), now);
    }
  }

  /** Hands over what was seen by rules, and against baselines, that are still in force as they were then. */
  #apply(
    findings: readonly Finding[],
    now: number,
    stands: (finding: Finding) => boolean = () => true,
  ): Promise<unknown> {
    const inForce = ({ rule, slice, detail }: Finding) =>
      this.deps.rules.get(rule.rule.name) === rule && !this.#isReplaced(slice.model, detail.baseline);
    return this.deps.book.apply(findings, now, (finding) => inForce(finding) && stands(finding));
  }

  /** Whether a model has another baseline than this one by now, as far as is known when it is asked. */
  #isReplaced(model: string, baseline: string | null): boolean {
    const inForce = this.models.known(model)?.baseline?.id;
    return baseline !== null && inForce !== undefined && baseline !== inForce;
  }

  #rulesFor(model: string, family: (rule: CompiledRule) => boolean): CompiledRule[] {
    return this.deps.rules.enabled.filter((rule) => family(rule) && rule.model(model));
  }
}

function byWindow(facts: ModelFacts, rules: readonly CompiledRule[]): Look[] {
  const looks = new Map<number, CompiledRule[]>();
  for (const rule of rules) {
    const windowMs = rule.windowMs ?? facts.settings.window_ms;
    looks.set(windowMs, [...(looks.get(windowMs) ?? []), rule]);
  }
  return [...looks].map(([windowMs, own]) => ({ facts, windowMs, rules: own }));
}

function needsLabels(rule: CompiledRule): boolean {
  return rule.rule.signal.startsWith('performance.');
}

function isOperational(rule: CompiledRule): boolean {
  return rule.family === 'operational' || rule.family === 'silence';
}

/** A twelfth of the shortest window, so that a `for` of a few looks is short beside the window itself. */
function lookEvery(settings: ModelSettings, rules: readonly CompiledRule[], deps: WatcherDeps): number {
  let shortest = settings.window_ms;
  for (const rule of rules) shortest = Math.min(shortest, rule.windowMs ?? settings.window_ms);
  return Math.min(deps.mostLookMs, Math.max(deps.leastLookMs, shortest / 12));
}
