import type { Rule } from '@leeway/contract';
import { suggest } from './suggest.js';

/**
 * Cycles in `inhibited_by`: rules that would mute each other, so that nobody hears of either. Each is told once, as
 * the names along the way, e.g. `a → b → a`. O(rules + edges).
 */
export function inhibitionCycles(rules: readonly Rule[]): string[][] {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  for (const start of byName.keys()) {
    const way: { name: string; next: number }[] = [{ name: start, next: 0 }];
    if (state.has(start)) continue;
    state.set(start, 'open');
    while (way.length > 0) {
      const top = way.at(-1)!;
      const target = byName.get(top.name)?.inhibited_by[top.next++];
      if (target === undefined) {
        state.set(top.name, 'done');
        way.pop();
      } else if (state.get(target) === 'open') {
        const from = way.findIndex((step) => step.name === target);
        if (from >= 0) cycles.push([...way.slice(from).map((step) => step.name), target]);
      } else if (byName.has(target) && !state.has(target)) {
        state.set(target, 'open');
        way.push({ name: target, next: 0 });
      }
    }
  }
  return cycles;
}

/** Names in `inhibited_by` that no rule has, with the nearest name. `others` are further rules that may be named. */
export function unknownInhibitors(
  rules: readonly Rule[],
  others: Iterable<string> = [],
): { rule: string; index: number; message: string }[] {
  const names = new Set([...rules.map((rule) => rule.name), ...others]);
  return rules.flatMap((rule) =>
    rule.inhibited_by.flatMap((name, index) => {
      if (names.has(name)) return [];
      const near = suggest(name, names);
      return [
        {
          rule: rule.name,
          index,
          message: `there is no rule "${name}"${near ? `; did you mean "${near}"?` : ''}`,
        },
      ];
    }),
  );
}
