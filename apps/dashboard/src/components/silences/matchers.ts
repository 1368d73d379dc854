import type { Alert, Matcher } from '@leeway/contract';

const PIECE = /\s*([A-Za-z_][\w.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^"'{},]*?)\s*(,|$)/y;

/**
 * Reads matchers as links carry them: `model="flight-delay",signal=~"orig.*"`, with or without braces. What can't
 * be read is left out and named in `problem`, so that a broken link still opens a form.
 */
export function parseMatchers(text: string): { matchers: Matcher[]; problem: string | null } {
  const inner = text.trim().replace(/^\{(.*)\}$/su, '$1');
  const matchers: Matcher[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < inner.length) {
    const at = PIECE.lastIndex;
    const found = PIECE.exec(inner);
    const value = found ? unquote(found[3] ?? '') : null;
    if (!found || value === null || matchers.length >= 20)
      return {
        matchers,
        problem: `"${inner.slice(at, at + 60)}" is no matcher such as model="flight-delay".`,
      };
    matchers.push({ label: found[1] ?? '', op: found[2] as Matcher['op'], value });
  }
  return { matchers, problem: null };
}

export function showMatcher({ label, op, value }: Matcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

/** The form that links and `parseMatchers` use. */
export function showMatchers(matchers: readonly Matcher[]): string {
  return matchers.map(showMatcher).join(',');
}

/** Every label that the collector compares matchers with. */
export function alertLabels(alert: Alert): Record<string, string> {
  return {
    ...alert.labels,
    rule: alert.rule,
    model: alert.model,
    version: alert.version,
    segment: alert.segment,
    signal: alert.signal ?? alert.rule_signal,
    severity: alert.severity,
    alertname: alert.rule,
    incident: alert.incident ?? '',
    fingerprint: alert.fingerprint,
  };
}

/** Matchers that take this alert and its next episodes, on every version of the model. */
export function matchersFor(alert: Pick<Alert, 'model' | 'rule' | 'segment' | 'signal'>): Matcher[] {
  const values = { model: alert.model, rule: alert.rule, signal: alert.signal ?? '', segment: alert.segment };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => ({ label, op: '=' as const, value }));
}

/** Whether all matchers take these labels; null when one of the expressions can't be read. */
export function takes(
  matchers: readonly Matcher[],
  labels: Readonly<Record<string, string>>,
): boolean | null {
  for (const { label, op, value } of matchers) {
    const own = labels[label] ?? '';
    if (op === '=' || op === '!=') {
      if ((own === value) !== (op === '=')) return false;
      continue;
    }
    try {
      if (new RegExp(`^(?:${value})$`, 'su').test(own) !== (op === '=~')) return false;
    } catch {
      return null;
    }
  }
  return true;
}

function unquote(text: string): string | null {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}
