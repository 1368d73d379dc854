import type { Alert, AlertState, Severity } from '@leeway/contract';
import { number, withUnit } from '../../lib/format';

/** Rank of a severity, worst highest. */
export const SEVERITY_RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };
const STATE_RANK: Record<AlertState, number> = { firing: 3, pending: 2, resolved: 1, inactive: 0 };

export type AlertFilter = {
  view: 'active' | 'history';
  text: string;
  severity: readonly Severity[];
  quiet: boolean;
};

export function isActive(alert: Alert): boolean {
  return alert.state === 'firing' || alert.state === 'pending';
}

/** Whether somebody or something holds the alert's messages back. */
export function isQuiet(alert: Alert): boolean {
  return alert.silenced_by.length > 0 || alert.inhibited_by.length > 0;
}

/** The alerts of a view, worst and newest first. `quiet` keeps silenced and inhibited ones in the active view. */
export function filterAlerts(alerts: readonly Alert[], filter: AlertFilter): Alert[] {
  const needle = filter.text.trim().toLowerCase();
  return alerts
    .filter(
      (alert) =>
        isActive(alert) === (filter.view === 'active') &&
        (filter.view === 'history' || filter.quiet || !isQuiet(alert)) &&
        (filter.severity.length === 0 || filter.severity.includes(alert.severity)) &&
        (needle === '' ||
          [alert.model, alert.version, alert.segment, alert.signal ?? '', alert.rule, alert.summary].some(
            (part) => part.toLowerCase().includes(needle),
          )),
    )
    .sort(
      (a, b) =>
        STATE_RANK[b.state] - STATE_RANK[a.state] ||
        (filter.view === 'active' ? SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] : 0) ||
        Date.parse(b.resolved_at ?? b.since) - Date.parse(a.resolved_at ?? a.since),
    );
}

/** A value with the unit of its rule; PSI and the like have none worth writing behind the number. */
export function valueText(value: number | null, unit: string): string {
  return UNITLESS.has(unit) ? number(value) : withUnit(value, unit);
}

const UNITLESS = new Set(['', 'PSI', 'psi', 'KS', 'JS']);

/** An alert's one-line summary without what its direction says anyway. */
export function shortSummary({ summary, direction }: Pick<Alert, 'summary' | 'direction'>): string {
  return direction ? summary.replace(`; ${direction.text}`, '') : summary;
}

/** The journal's reason in words. */
export function reasonText({ reason, state }: Pick<Alert, 'reason' | 'state'>): string {
  if (state === 'firing' && reason.startsWith('breach'))
    return 'the condition became true, and the rule asks for no waiting time';
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}

const REASONS: Record<string, string> = {
  breach_started: 'the condition became true; it has to hold before the alert fires',
  held_for: 'the condition held for as long as the rule asks',
  recovered_before_for: 'it recovered before the rule’s time was up',
  evidence_paused: 'evidence is missing, so the timer stands still',
  recovered: 'the value passed the recovery threshold and stayed there',
  evidence_lost: 'evidence went missing while it fired; it neither resolves nor escalates for that',
  rule_removed: 'the rule was deleted or disabled',
  rule_changed: 'the rule was changed and would not raise this alert any more, or under other labels',
  baseline_replaced: 'the baseline was replaced, so the comparison ended',
  breach_again: 'the condition became true again',
  no_data: 'no data has arrived for longer than the rule allows',
  error: 'the window could not be judged for longer than the rule allows',
};

/** What the newest window could tell, in words; null when it could be judged. */
export function evidenceText(alert: Alert): string | null {
  switch (alert.evidence) {
    case 'ok':
      return null;
    case 'insufficient':
      return 'Not enough events in the newest window to judge it.';
    case 'no_data':
      return 'No events have arrived lately.';
    case 'error':
      return 'The newest window could not be evaluated.';
  }
}
