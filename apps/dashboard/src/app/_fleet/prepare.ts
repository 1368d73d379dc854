import { type ModelSummary, VERDICT_RANK, type VerdictKind } from '@leeway/contract';
import { byName } from '../../lib/collate';
import { milliseconds, percent, rate, ratio } from '../../lib/format';

/** What the line above the fleet's table says. */
export type FleetTotals = {
  models: number;
  verdicts: Partial<Record<VerdictKind, number>>;
  firing: number;
  events: number;
};

export function fleetTotals(models: readonly ModelSummary[]): FleetTotals {
  const totals: FleetTotals = { models: models.length, verdicts: {}, firing: 0, events: 0 };
  for (const model of models) {
    totals.verdicts[model.verdict] = (totals.verdicts[model.verdict] ?? 0) + 1;
    totals.firing += model.firing;
    totals.events += model.events;
  }
  return totals;
}

/** Firing first, then by verdict, then by PSI, then by name: the order in which one wants to look. */
export function worstFirst(models: readonly ModelSummary[]): ModelSummary[] {
  return [...models].sort(
    (a, b) =>
      Number(b.firing > 0) - Number(a.firing > 0) ||
      VERDICT_RANK[b.verdict] - VERDICT_RANK[a.verdict] ||
      (b.worst_signal?.psi ?? -1) - (a.worst_signal?.psi ?? -1) ||
      byName(a.model, b.model),
  );
}

/** Models whose name, version or worst signal holds the text, of the wanted verdicts (none = all). */
export function filterFleet(
  models: readonly ModelSummary[],
  text: string,
  verdicts: readonly VerdictKind[],
): ModelSummary[] {
  const needle = text.trim().toLowerCase();
  return models.filter(
    (model) =>
      (verdicts.length === 0 || verdicts.includes(model.verdict)) &&
      (needle === '' ||
        [model.model, model.worst_signal?.signal ?? '', ...model.versions].some((name) =>
          name.toLowerCase().includes(needle),
        )),
  );
}

/** What a phone, which has no room for the columns, says of a model below its name: only what is known. */
export function phoneFacts(row: ModelSummary): string[] {
  const { latency_p95_ms: p95, error_rate: errors, events_per_second: traffic, label_coverage: labels } = row;
  const slower = ratio(p95, row.latency_p95_baseline_ms);
  const capacity = capacityShare(row);
  const facts = [
    p95 === null ? null : `P95 ${milliseconds(p95)}${slower === null ? '' : ` ${slower}`}`,
    errors === null ? null : `${percent(errors)} errors`,
    traffic === null ? null : rate(traffic),
    capacity === null ? null : `${capacity} of capacity`,
    labels === null ? null : `${percent(labels)} labels`,
  ].filter((fact) => fact !== null);
  return facts.length > 0 ? facts : ['no events in the range'];
}

/** Traffic as a share of what the service is sized for, null where no capacity is known. */
export function capacityShare(row: ModelSummary): string | null {
  if (!row.capacity_per_second || row.events_per_second === null) return null;
  return percent(row.events_per_second / row.capacity_per_second);
}
