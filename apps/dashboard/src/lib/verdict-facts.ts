import type { Verdict } from '@leeway/contract';
import { count } from './format';

/** What a verdict stands on, in short sentences: why, which way the signal moved, and how many events it takes to tell. */
export function verdictFacts(
  verdict: Pick<Verdict, 'verdict' | 'reason' | 'direction' | 'rows_needed'>,
): string[] {
  const facts = [verdict.reason];
  if (verdict.direction && verdict.direction.way !== 'none') facts.push(verdict.direction.text);
  // The reasons of other verdicts name the number themselves, where it is what the verdict hangs on.
  if (verdict.verdict === 'stable' && verdict.rows_needed !== null)
    facts.push(`${count(verdict.rows_needed)} events are enough to tell`);
  return facts;
}
