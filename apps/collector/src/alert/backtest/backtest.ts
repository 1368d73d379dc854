import type { BacktestEpisode, BacktestResult, Verdict } from '@leeway/contract';
import { AlertConfig } from '../notify/config.js';
import { LearntCapacity } from '../observe/capacity.js';
import type { Finding } from '../observe/finding.js';
import { findingsOf } from '../observe/from-verdicts.js';
import type { ModelFacts } from '../observe/model-facts.js';
import { observeSilence, observeWindow, sumVersions } from '../observe/operational.js';
import { absences, SeenSlices } from '../observe/seen-slices.js';
import type { AlertFacts } from '../ports.js';
import { AlertProblem } from '../problem.js';
import type { CompiledRule } from '../rules/compile.js';
import { wholeModel } from '../rules/still-about.js';
import type { AlertBook } from '../state/book.js';
import { type SimulatedTransition, Simulation } from './simulation.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Verdicts are read in pieces of this length, so that a year's history never is in memory at once. */
const PIECE_MS = DAY;
/** Operational windows are asked for one by one, so a long range is looked at in larger steps. */
const LOOKS = 500;
const EPISODES_SHOWN = 500;
const LONGEST_MS = 400 * DAY;

const DEFAULT_CONFIG = AlertConfig.parse({ route: { receiver: 'backtest' } });

interface Tally {
  windows: number;
  observations: Record<string, number>;
  /** Why windows could not be judged, where some couldn't. */
  problem: string | null;
}

/**
 * Runs one rule over stored history through the daemon's own state machine and grouping. Historical windows count
 * as if each had been judged when it ended. Throws `AlertProblem` for an unknown model or too long a range.
 */
export async function backtest(
  facts: AlertFacts,
  rule: CompiledRule,
  model: string,
  from: number,
  to: number,
  clock: () => number,
): Promise<BacktestResult> {
  const started = clock();
  const known = facts.models().find((m) => m.model === model);
  if (!known) throw new AlertProblem('not_found', `there is no model "${model}"`);
  if (to - from > LONGEST_MS) throw new AlertProblem('invalid_request', 'a backtest covers at most 400 days');
  const simulation = new Simulation(DEFAULT_CONFIG);
  const tally: Tally = { windows: 0, observations: {}, problem: null };
  if (rule.rule.selector.model !== '*' && !rule.model(model)) {
    throw new AlertProblem('invalid_request', `the rule's selector does not match the model "${model}"`);
  }
  const observe = async (findings: Finding[], at: number) => {
    tally.windows += 1;
    for (const { observation } of findings) {
      tally.observations[observation.kind] = (tally.observations[observation.kind] ?? 0) + 1;
      if (observation.kind === 'error') tally.problem ??= observation.reason;
    }
    await simulation.observe(findings, at);
  };
  if (rule.family === 'drift' || rule.family === 'quality')
    await replayVerdicts(facts, rule, known, from, to, observe);
  else await replayWindows(facts, rule, known, from, to, simulation.book, observe);
  simulation.advance(to);
  return summarise(rule, model, from, to, simulation, tally, Math.max(0, clock() - started));
}

type Observe = (findings: Finding[], at: number) => Promise<void>;

async function replayVerdicts(
  facts: AlertFacts,
  rule: CompiledRule,
  { model, baseline }: ModelFacts,
  from: number,
  to: number,
  observe: Observe,
) {
  const importance = new Map(baseline?.signals.map((s) => [s.signal, s.importance]));
  for (let start = from; start < to; start += PIECE_MS) {
    const piece = await facts.verdicts(model, start, Math.min(to, start + PIECE_MS));
    const byEnd = new Map<number, Verdict[]>();
    for (const verdict of piece) {
      const end = Date.parse(verdict.window_end);
      const list = byEnd.get(end) ?? [];
      list.push({ ...verdict, historical: false });
      byEnd.set(end, list);
    }
    for (const [end, verdicts] of [...byEnd].sort(([a], [b]) => a - b)) {
      await observe(
        findingsOf([rule], verdicts, (v) => importance.get(v.signal) ?? null),
        end,
      );
    }
  }
}

async function replayWindows(
  facts: AlertFacts,
  rule: CompiledRule,
  known: ModelFacts,
  from: number,
  to: number,
  book: AlertBook,
  observe: Observe,
) {
  const { model, settings, baseline } = known;
  const windowMs = rule.windowMs ?? settings.window_ms;
  const every = Math.ceil(Math.max(MINUTE, settings.step_ms, (to - from) / LOOKS) / MINUTE) * MINUTE;
  const learnt = new LearntCapacity(facts);
  const learns = rule.rule.condition.to === 'capacity' && settings.capacity_per_second === null;
  const seen = new SeenSlices(facts);
  const labels = rule.rule.signal.startsWith('performance.');
  let lastEvent: number | null = null;
  for (let at = Math.ceil(from / MINUTE) * MINUTE + every; at <= to; at += every) {
    const span = rule.family === 'silence' ? every : windowMs;
    const rows = await (labels
      ? facts.operational(model, at - span, at)
      : facts.operationalFleet([model], at - span, at));
    if (rows.some((row) => row.requests > 0)) lastEvent = at;
    if (rule.family === 'silence') {
      if (lastEvent !== null) await observe([observeSilence(rule, model, lastEvent, at)], at);
      continue;
    }
    const overall = wholeModel(rule);
    if (overall && lastEvent === null) continue;
    if (learns) await learnt.learn([model], windowMs, at);
    const reference = { settings, baseline, capacity: settings.capacity_per_second ?? learnt.of(model) };
    const slices = overall
      ? [sumVersions(rows, model, at - windowMs, at)]
      : rows.filter((row) => rule.version(row.version) && rule.segment(row.segment));
    const present = slices.map((row) => observeWindow(rule, row, reference, at));
    for (const { slice } of present) seen.saw(rule, slice);
    const missing = absences(rule, book.ofModel(model), seen.of(rule, model), present, at - windowMs);
    await observe([...present, ...missing], at);
  }
}

function summarise(
  rule: CompiledRule,
  model: string,
  from: number,
  to: number,
  simulation: Simulation,
  tally: Tally,
  took: number,
): BacktestResult {
  const episodes = episodesOf(simulation.transitions, to);
  const fired = episodes.filter((episode) => episode.fired_at !== null);
  return {
    rule: rule.rule.name,
    model,
    from: iso(from),
    to: iso(to),
    windows: tally.windows,
    observations: tally.observations,
    problem: tally.problem,
    fired: fired.length,
    firing_ms: fired.reduce((sum, episode) => sum + episode.duration_ms, 0),
    notifications: simulation.notifications.length,
    episodes: episodes.slice(0, EPISODES_SHOWN),
    truncated: episodes.length > EPISODES_SHOWN,
    took_ms: took,
  };
}

function episodesOf(transitions: readonly SimulatedTransition[], end: number): BacktestEpisode[] {
  const open = new Map<string, BacktestEpisode>();
  const all: BacktestEpisode[] = [];
  for (const { at, transition, instance } of transitions) {
    const { slice, detail, fingerprint } = instance;
    if (transition.from === 'inactive' || transition.from === 'resolved') {
      const episode: BacktestEpisode = {
        version: slice.version,
        segment: slice.segment,
        signal: slice.signal,
        pending_at: iso(at),
        fired_at: null,
        resolved_at: null,
        duration_ms: 0,
        peak: detail.value,
        reason: transition.reason,
      };
      open.set(fingerprint, episode);
      all.push(episode);
    }
    const episode = open.get(fingerprint);
    if (!episode) continue;
    episode.reason = transition.reason;
    if (transition.to === 'firing' && transition.from !== 'firing') episode.fired_at = iso(at);
    if (transition.to === 'resolved') episode.resolved_at = iso(at);
    if (detail.value !== null && transition.to !== 'resolved')
      episode.peak = worse(episode.peak, detail.value, detail.threshold);
  }
  for (const episode of all) {
    if (episode.fired_at === null) continue;
    const until = episode.resolved_at === null ? end : Date.parse(episode.resolved_at);
    episode.duration_ms = until - Date.parse(episode.fired_at);
  }
  return all;
}

/** The value farther from the threshold. */
function worse(a: number | null, b: number, threshold: number): number {
  return a === null || Math.abs(b - threshold) > Math.abs(a - threshold) ? b : a;
}

const iso = (at: number) => new Date(at).toISOString();
