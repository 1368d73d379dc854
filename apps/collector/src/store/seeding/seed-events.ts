import type { Baseline } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { array, moment, momentText, sql } from '../sql.js';
import { drawn, type SeedSpan } from './seed-counts.js';

export interface SeedEvents {
  model: string;
  events: number;
  /** Numeric features of each event; their names go into the feature order separately. */
  features: number;
  /** Share of events that get a label, in percent. */
  labelled: number;
}

/**
 * Raw events of a binary classifier, evenly over the span, and labels for a share of them, an hour later. The same
 * event has the same id, values and label in every run.
 */
export async function seedEvents(lane: Lane, what: SeedEvents, span: SeedSpan): Promise<void> {
  const ts = sql`fromUnixTimestamp64Milli(toInt64(${span.from} + intDiv(number * ${span.to - span.from}, ${what.events})), 'UTC')`;
  const score = sql`(${drawn(1_000, sql`number`)} / 1000)`;
  const id = sql`concat('event-', toString(number))`;
  await lane.run(
    sql`INSERT INTO events (model, version, id, ts, numeric, prediction, prediction_class, score, latency_ms, error, tags, source, offset, received_at)
        SELECT ${what.model}, 'v1', ${id}, ${ts}, arrayMap(i -> ${drawn(1_000, sql`number`, sql`i`)} / 10, range(${what.features})),
          nan, if(${score} >= 0.5, '1', '0'), ${score}, 20 + ${drawn(400, sql`number`, sql`1`)} / 10,
          if(number % 300 = 0, 'timeout', NULL), map('region', ['eu', 'us', 'asia'][1 + number % 3]), 'kafka:bench:0', number, ${ts}
        FROM numbers(${what.events})`,
  );
  if (what.labelled > 0)
    await lane.run(
      sql`INSERT INTO labels (model, id, ts, number, class, source, offset, received_at)
          SELECT ${what.model}, ${id}, ${ts} + INTERVAL 1 HOUR, nan, if(${drawn(1_000, sql`number`, sql`2`)} / 1000 < ${score}, '1', '0'),
            'kafka:labels:0', number, least(${ts} + INTERVAL 1 HOUR, ${moment(span.to)})
          FROM numbers(${what.events}) WHERE ${drawn(100, sql`number`, sql`3`)} < ${what.labelled}`,
    );
}

const MOVED = JSON.stringify({
  way: 'up',
  text: 'median 48 → 58 (×1.21)',
  median_baseline: 48,
  median_current: 58,
  gained: [{ bin: '90 – 100', baseline_share: 0.1, current_share: 0.19 }],
  lost: [{ bin: '0 – 10', baseline_share: 0.1, current_share: 0.04 }],
});

export interface SeedVerdicts {
  models: readonly string[];
  /** Baseline id by model is `prefix` followed by the model's name. */
  baselinePrefix: string;
  signals: readonly string[];
  windowMs: number;
  /** Rows that each window counts. */
  rows: number;
  /** Of so many signals one drifts in the second half of the span. */
  driftOneIn: number;
}

/** A verdict for every signal and window: most are stable, some drift in the second half, one in fifty has too few rows. */
export async function seedVerdicts(lane: Lane, what: SeedVerdicts, span: SeedSpan): Promise<void> {
  const windows = Math.round((span.to - span.from) / what.windowMs);
  await lane.run(
    sql`INSERT INTO verdicts (model, version, segment, signal, kind, role, baseline, window_start, window_end, evaluated_at, historical,
          n_baseline, n_current, psi, psi_debiased, js_divergence, js_distance, ks_low, ks_high, chi2, dof, p_value, q_value,
          missing_baseline, missing_current, unseen_share, out_of_range_share, rows_needed, phi, reference, verdict, reason,
          direction, sequential)
        SELECT model, 'v1', '', signal, 'numeric', 'feature', concat(${what.baselinePrefix}, model), start, start + INTERVAL ${what.windowMs / 1_000} SECOND,
          start + INTERVAL ${what.windowMs / 1_000 + 5} SECOND, false, 100000, if(thin, 42, ${what.rows}), p + 0.004, p, p / 8, sqrt(p / 8),
          p / 3, p / 3 + 0.01, p * 4000, 9, if(p > 0.1, 0.00001, 0.4), if(p > 0.1, 0.0001, 0.6), 0.01, 0.011, 0, p / 20, 310, 1, 'all',
          multiIf(thin, 'insufficient_data', p > 0.2, 'significant', p > 0.1, 'moderate', 'stable'),
          multiIf(thin, 'Not enough events to judge: 42 of 310.', p > 0.1, 'distance moved beyond the bands of the baseline', 'within the bands of the baseline'),
          if(p > 0.1, ${MOVED}, ''), ''
        FROM (
          SELECT model, signal, ${moment(span.from)} + INTERVAL n.number * ${what.windowMs / 1_000} SECOND AS start,
            ${drawn(50, sql`signal`, sql`n.number`, sql`model`)} = 0 AS thin,
            n.number * 2 > ${windows} AND ${drawn(what.driftOneIn, sql`signal`, sql`model`)} = 0 AS drifts,
            if(drifts, 0.12 + ${drawn(300, sql`signal`, sql`n.number`)} / 1000, ${drawn(90, sql`signal`, sql`n.number`, sql`model`)} / 1000) AS p
          FROM (SELECT arrayJoin(${array(what.models)}) AS model) AS m
          CROSS JOIN (SELECT arrayJoin(${array(what.signals)}) AS signal) AS s
          CROSS JOIN numbers(${windows}) AS n)`,
  );
}

/** Baselines, many in one insert. */
export async function seedBaselines(lane: Lane, baselines: readonly Baseline[]): Promise<void> {
  for (let i = 0; i < baselines.length; i += 100) {
    const lines = baselines.slice(i, i + 100).map((baseline) =>
      JSON.stringify({
        model: baseline.model,
        id: baseline.id,
        name: baseline.name,
        created_at: momentText(Date.parse(baseline.created_at)),
        body: JSON.stringify(baseline),
      }),
    );
    await lane.insert({
      table: 'baselines',
      columns: ['model', 'id', 'name', 'created_at', 'body'],
      format: 'JSONEachRow',
      body: [Buffer.from(`${lines.join('\n')}\n`)],
    });
  }
}
