import { formatNumber } from './bins.js';
import { percent } from './direction.js';

/** What a verdict's sentence is made of. */
export interface ReasonFacts {
  verdict: 'stable' | 'moderate' | 'significant' | 'insufficient_data' | 'no_data';
  n: number;
  m: number;
  /** De-biased PSI. */
  psi: number | null;
  q: number | null;
  level: number;
  moderate: number;
  needed: number | null;
  baselineNeeded: number;
  /** What the window was compared with. */
  reference: 'all' | 'hour_of_week';
  /** A rare bin that tells the story, and its share before and after. */
  rare: { label: string; before: number; after: number } | null;
}

const SAME_HOURS = ' against the same hours of the week';

/** Why a verdict is what it is, in one sentence for people. */
export function reasonFor(facts: ReasonFacts): string {
  const { verdict, m, n } = facts;
  if (verdict === 'no_data') return 'no events in this window';
  const seasonal = facts.reference === 'hour_of_week';
  const events = `${formatNumber(m)} ${m === 1 ? 'event' : 'events'}`;
  if (verdict === 'insufficient_data') {
    if (n === 0) return 'the baseline has no rows for this signal';
    if (facts.needed === null) {
      const which = seasonal
        ? "of the baseline's rows, those of these hours of the week are too few"
        : 'the baseline is too small';
      return `${which} to judge by: ${formatNumber(n)} ${n === 1 ? 'row' : 'rows'}, about ${formatNumber(facts.baselineNeeded)} needed`;
    }
    return `not enough events to judge: ${formatNumber(m)} of ${formatNumber(facts.needed)}${seasonal ? `,${SAME_HOURS}` : ''}`;
  }
  const psi = Math.max(0, facts.psi ?? 0);
  const told = `PSI ${psiText(psi)} on ${events}${seasonal ? SAME_HOURS : ''}`;
  if (verdict === 'stable') {
    if (psi < facts.moderate) return `${told}, below ${facts.moderate}`;
    return `${told} is within chance`;
  }
  // A large change tells on fewer events than the smallest that matters needs.
  const need =
    facts.needed === null || facts.needed > m ? '' : ` (needs ${formatNumber(facts.needed)} to tell)`;
  const rare = facts.rare;
  const first = rare === null ? '' : `; ${rare.label} ${percent(rare.before)} → ${percent(rare.after)}`;
  return `${told}${need}${first}`;
}

function psiText(psi: number): string {
  return psi < 0.01 ? psi.toFixed(3) : psi.toFixed(2);
}
