import { Rule } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../incident/incidents.js';
import { observeVerdict } from '../observe/drift.js';
import { compileRule } from '../rules/compile.js';
import { type Instance, newInstance } from '../state/instance.js';
import { step } from '../state/step.js';
import { MINUTE, verdict } from '../testing/verdict.js';
import { composeMessage, type MessageInput } from './message.js';
import { renderAnnotations, TEMPLATE_NAMES, templateView } from './template.js';

const NOW = Date.parse('2026-03-02T10:00:00Z');
const direction = {
  way: 'up',
  text: 'median 720 → 1,160 (×1.61)',
  median_baseline: 720,
  median_current: 1_160,
  gained: [],
  lost: [],
} as const;

function firing(signal: string, psi: number, given: object = {}, importance: number | null = null): Instance {
  const rule = compileRule(
    Rule.parse({
      name: 'moved',
      signal: 'drift.psi',
      condition: { op: '>', value: 0.2 },
      severity: 'critical',
      ...given,
    }),
    'api',
  );
  const { slice, observation, detail } = observeVerdict(
    rule,
    verdict(signal, NOW, psi, { direction: { ...direction, gained: [], lost: [] } }),
    importance,
  );
  const instance = newInstance(rule.rule, 'breach', slice, detail);
  return { ...instance, incident: 'inc-1', state: step(instance.state, observation, rule.timing, NOW).state };
}
const base: MessageInput = {
  id: 'g-1',
  group: 'g',
  why: 'first',
  firing: [],
  resolved: [],
  incident: null,
  publicUrl: 'https://leeway.example',
  now: NOW,
};
const compose = (list: Instance[]) => composeMessage({ ...base, firing: list });

describe('a message', () => {
  it('says who and how bad, since when, what moved and where to look', () => {
    const message = compose([firing('distance', 0.41, { runbook: 'https://wiki.example/distance' })]);
    expect(message).toMatchObject({
      title: '[critical] flight-delay 3: distance 0.41 PSI',
      since: '2026-03-02T09:55:00.000Z',
      links: {
        runbook: 'https://wiki.example/distance',
        silence:
          'https://leeway.example/silences/new?matchers=model%3D%22flight-delay%22%2Crule%3D%22moved%22%2Cversion%3D%223%22%2Csignal%3D%22distance%22',
      },
    });
    expect(message.links.window).toContain(
      '/models/flight-delay/signals/distance?from=2026-03-02T09%3A00%3A00.000Z&to=2026-03-02T10%3A00%3A00.000Z',
    );
    expect(message.text).toContain('median 720 → 1,160 (×1.61)');
  });

  it('ranks by drift × importance where importance is known, and counts what it leaves out', () => {
    const list = Array.from({ length: 30 }, (_, i) => firing(`f${i}`, 0.3, {}, 1));
    const message = compose([...list, firing('big', 0.6, {}, 0.1), firing('important', 0.35, {}, 5)]);
    expect(message.signals[0]!.signal).toBe('important');
    expect([message.signals.length, message.signal_count]).toEqual([20, 32]);
    expect(message.text).toContain('… and 12 more');
  });

  it('renders templates, and goes out with the error when one fails', () => {
    const good = firing('distance', 0.41, {
      labels: { team: 'pricing' },
      annotations: { summary: '{{labels.team}}: {{signal}} <{{value}}> {{nothing}}' },
    });
    expect(renderAnnotations(good)).toEqual({
      annotations: { summary: 'pricing: distance <0.41> ' },
      errors: [],
    });
    const message = compose([{ ...good, annotations: { summary: '{{#open}}' } }]);
    expect(message.errors[0]).toMatch(/^template "summary" of rule moved failed: Unclosed section/);
    expect(message.text).toContain('Note: template "summary" of rule moved failed');
    expect(message.signals[0]!.state).toBe('firing');
  });

  it('names in templates what it says it does', () => {
    expect(Object.keys(templateView(firing('distance', 0.41))).sort()).toEqual([...TEMPLATE_NAMES].sort());
  });

  it('says when something ended that did not recover', () => {
    const gone = firing('distance', 0.41);
    const { state } = step(
      gone.state,
      { kind: 'withdrawn', reason: 'rule_removed' },
      { forMs: 0, keepFiringForMs: 0 },
      NOW,
    );
    const message = composeMessage({
      ...base,
      why: 'all_resolved',
      firing: [],
      resolved: [{ ...gone, state }],
    });
    expect(message).toMatchObject({
      title: '[resolved] flight-delay 3: distance ended',
      why_text: 'nothing is watched any more: the rule was removed or switched off',
      signals: [{ state: 'resolved', ended: 'rule_removed' }],
    });
    expect(message.text).not.toContain('recovered');
  });

  it('tells times as people read them, how long it has gone on, and the direction once', () => {
    const { text } = compose([
      firing('distance', 0.41, { annotations: { summary: 'it moved, {{direction}}' } }),
    ]);
    expect(text).toContain('Since 2026-03-02 09:55 UTC (5 min).');
    expect(text.match(/median 720/g)).toHaveLength(1);
  });

  it('links a runbook that any of its rules has', () => {
    const runbook = 'https://wiki.example/distance';
    const own = firing('distance', 0.3, { name: 'own', severity: 'warning', runbook });
    const message = compose([firing('carrier', 0.6), firing('distance', 0.3), own]);
    expect(message.signals.map((s) => [s.signal, s.runbook])).toEqual([
      ['carrier', null],
      ['distance', runbook],
    ]);
    expect(message.links.runbook).toBe(runbook);
  });

  it('names the worst segments', () => {
    const segments = [{ segment: 'region=eu', psi: 0.91234, n: 280 }];
    const record = {
      id: 'inc-1',
      enrichment: { id: 'inc-1', nearestChange: null, segments },
    } as IncidentRecord;
    const message = composeMessage({ ...base, firing: [firing('distance', 0.41)], incident: record });
    expect(message.segments).toEqual([{ segment: 'region=eu', psi: 0.912, n: 280 }]);
    expect(message.text).toContain('Worst segments: region=eu (PSI 0.912 on 280 events)');
  });

  it('keeps templates of names from events plain', () => {
    const tricky = firing('{{labels.team}} & <b>', 0.41, { annotations: { summary: '{{signal}}' } });
    expect(renderAnnotations(tricky).annotations.summary).toBe('{{labels.team}} & <b>');
    expect(tricky.state.at).toBe(NOW);
    expect(NOW - tricky.detail.window!.from).toBe(5 * MINUTE);
  });
});
