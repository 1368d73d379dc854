import { expect, it } from 'vitest';
import { modelToTry } from './model-to-try';

const model = (name: string, baseline: string | null, firing = 0, events = 1) => ({
  model: name,
  baseline,
  firing,
  events,
});

it('a rule is first tried on a model that it watches and that has something to show', () => {
  const fleet = [
    model('churn', null),
    model('credit', 'b1', 0, 0),
    model('flights', 'b2'),
    model('fraud', 'b3', 2),
  ];
  expect(modelToTry(fleet, '*')).toBe('fraud');
  expect(modelToTry(fleet, 'fl*')).toBe('flights');
  expect(modelToTry(fleet, 'c?????')).toBe('credit');
  expect(modelToTry(fleet, 'c*')).toBe('credit');
  expect(modelToTry(fleet, 'a.c')).toBe('fraud');
  expect(modelToTry(fleet.slice(0, 1), '*')).toBe('churn');
  expect(modelToTry([], '*')).toBe('');
});
