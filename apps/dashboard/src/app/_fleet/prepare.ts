import { type ModelSummary, VERDICT_RANK, type VerdictKind } from '@leeway/contract';
import { byName } from '../../lib/collate';

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
