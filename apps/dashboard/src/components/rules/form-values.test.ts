import { Rule } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { fieldOf, fromRule, NEW_RULE, ruleErrors, toRule } from './form-values';

const rule = Rule.parse({
  name: 'my-rule',
  signal: 'latency.p95',
  selector: { model: 'flight-*' },
  condition: { op: '>', ratio: 2, to: 'baseline' },
  recovery: 1.8,
  window: '30m',
  for: '2m',
  severity: 'critical',
  runbook: 'https://runbooks.example.org/latency',
  labels: { team: 'search' },
  annotations: { summary: 'P95 of {{model}}' },
  inhibited_by: ['model-silent', 'error-rate'],
});

describe('the rule form', () => {
  it('gives back the rule it was filled from', () => {
    expect(Rule.parse(toRule(fromRule(rule)))).toEqual(rule);
  });

  it('shows a computed threshold without its binary tail', () => {
    expect(fromRule({ ...rule, recovery: 0.2 * 0.9 }).recovery).toBe('0.18');
  });

  it('leaves out what is empty instead of sending empty text', () => {
    const sent = toRule({ ...NEW_RULE, name: 'x' });
    expect(sent).not.toHaveProperty('window');
    expect(sent).not.toHaveProperty('recovery');
    expect(sent).not.toHaveProperty('runbook');
    expect(Rule.safeParse(sent).success).toBe(true);
  });

  it('takes a decimal comma for what it is', () => {
    expect(toRule({ ...NEW_RULE, threshold: '0,25' }).condition).toEqual({ op: '>', value: 0.25 });
  });

  it('has nothing to say about a sound rule', () => {
    expect(ruleErrors(fromRule(rule))).toEqual({});
  });

  it.each([
    ['threshold', { threshold: 'lots' }],
    ['threshold', { threshold: '' }],
    ['threshold', { against: 'baseline', threshold: '-2' }],
    ['recovery', { recovery: '0.1.2' }],
    ['for', { for: '5 minutes' }],
    ['name', { name: 'not a name' }],
    ['name', { name: '' }],
    ['runbook', { runbook: 'see wiki' }],
    ['min_rows', { min_rows: '1.5' }],
  ] as const)('names %s for %j', (field, change) => {
    const errors = ruleErrors({ ...fromRule(rule), ...change });
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toMatch(/\.$|0\.|number|events/);
  });
});

describe('a problem of the API', () => {
  it.each([
    ['rules[0].condition.value', 'threshold'],
    ['rules.0.condition', 'threshold'],
    ['$.selector.feature', 'feature'],
    ['condition.op', 'op'],
    ['inhibited_by[1]', 'inhibited_by'],
    ['', 'name'],
    ['nonsense', 'name'],
  ])('at %s belongs to the field %s', (path, field) => {
    expect(fieldOf(path)).toBe(field);
  });
});
