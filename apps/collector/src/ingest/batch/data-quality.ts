import type { DataQualityFinding } from '@leeway/contract';
import { LRUCache } from 'lru-cache';
import type { IngestDeps } from '../deps.js';
import type { FeaturePlace } from '../ports.js';
import type { BatchBuilder } from './builder.js';

/** The same thing is said in the log once in so long, ms: what is wrong in one event is mostly wrong in all that follow. */
const QUIET_MS = 60_000;
/** Findings that are remembered; the one not seen for the longest goes first. */
const FINDINGS = 200;
/** Names given as examples. */
const EXAMPLES = 5;

const WORDS: Record<FeaturePlace['kind'], string> = {
  numeric: 'a number',
  categorical: 'text or a boolean',
  embedding: 'an array of numbers',
};

/** What was noticed about the features of stored events, and could not stop them from being stored. */
export interface QualityBook {
  /** Looks at a stored batch. `where` says what it came from. */
  note(builder: BatchBuilder, where: object): void;
  /** What was noticed since this process began, newest first. */
  list(): DataQualityFinding[];
}

interface Noted extends DataQualityFinding {
  toldAt: number;
}

/**
 * One for each collector. How many events of a minute are concerned is in `traffic` (anomalies), for charts and alerts;
 * this says which features and why.
 */
export function createQualityBook(
  deps: Pick<IngestDeps, 'registry' | 'logger' | 'metrics' | 'clock'>,
  featureLimit: number,
): QualityBook {
  const found = new LRUCache<string, Noted>({ max: FINDINGS });

  function report(
    model: string,
    problem: DataQualityFinding['problem'],
    names: readonly string[],
    detail: string,
    where: object,
  ): void {
    const now = deps.clock();
    // Of a flood every name is new: it is one finding.
    const key = `${model}\n${problem === 'kind_changed' ? names.join('\n') : ''}\n${problem}`;
    const before = found.get(key);
    const at = new Date(now).toISOString();
    const quiet = before !== undefined && now - before.toldAt < QUIET_MS;
    found.set(key, {
      model,
      problem,
      features: names.slice(0, EXAMPLES),
      detail,
      first_at: before?.first_at ?? at,
      last_at: at,
      toldAt: quiet ? before.toldAt : now,
    });
    deps.metrics.featureProblem(problem, names.length);
    if (!quiet) deps.logger.warn({ ...where, model, features: names, problem }, detail);
  }

  return {
    note(builder, where) {
      for (const [model, names] of builder.anomalies) {
        const { places } = deps.registry.order(model);
        const beyond: string[] = [];
        for (const name of names) {
          const kind = places.get(name)?.kind;
          if (kind === undefined) beyond.push(name);
          else
            report(
              model,
              'kind_changed',
              [name],
              `"${name}" is ${WORDS[kind]} since its first value; other kinds of values are not converted and count as missing`,
              where,
            );
        }
        if (beyond.length > 0)
          report(
            model,
            'too_many_features',
            beyond,
            `the model has ${places.size} features and takes no more than ${featureLimit} (LEEWAY_FEATURE_LIMIT); further names are left out: are ids used as names?`,
            where,
          );
      }
    },
    list: () => [...found.values()].map(({ toldAt: _toldAt, ...finding }) => finding),
  };
}
