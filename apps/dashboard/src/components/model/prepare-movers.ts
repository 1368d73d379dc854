import { byWorst, type SignalKind, VERDICT_RANK, type VerdictKind } from '@leeway/contract';

/** What the ranking knows of a signal in the window at hand. */
export type Mover = {
  signal: string;
  kind: SignalKind;
  verdict: VerdictKind;
  psi_debiased: number | null;
  n_current: number;
  reason: string;
  direction: { way: string; text: string } | null;
};

/** Worst first: what to look at first. */
export function rankMovers<M extends Pick<Mover, 'signal' | 'verdict' | 'psi_debiased'>>(
  movers: readonly M[],
): M[] {
  return [...movers].sort(byWorst);
}

/** Whether a signal did anything that a reader should be told of. */
export function moved(mover: Pick<Mover, 'verdict'>): boolean {
  return VERDICT_RANK[mover.verdict] > VERDICT_RANK.stable;
}
