import { DEFAULT_SETTINGS, type ModelSettings } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { durationText, fieldOf, fromSettings, type SettingsForm, toSettings } from './form-values';

const form = fromSettings(DEFAULT_SETTINGS);
const errorsOf = (change: Partial<SettingsForm>) => toSettings({ ...form, ...change }).errors;

describe('the settings form', () => {
  it('gives back the settings that it shows', () => {
    const settings: ModelSettings = {
      ...DEFAULT_SETTINGS,
      window_ms: 5_400_000,
      step_ms: 60_000,
      capacity_per_second: 12.5,
      segment_tags: ['region', 'device'],
      seasonal: false,
      cost_per_1k_input: 0.003,
    };
    expect(toSettings(fromSettings(settings))).toEqual({ settings, errors: null });
    expect(fromSettings(settings).window).toBe('1h30m');
  });

  it('takes an empty capacity for one that is learnt, and tags once each', () => {
    const { settings } = toSettings({ ...form, capacity_per_second: ' ', segment_tags: 'a, ,b,a' });
    expect(settings?.capacity_per_second).toBeNull();
    expect(settings?.segment_tags).toEqual(['a', 'b']);
  });

  it('names the field and the fix of what it refuses', () => {
    expect(errorsOf({ window: 'an hour' })).toEqual({ window: expect.stringContaining('1h30m') });
    expect(errorsOf({ bins: '' })).toEqual({ bins: 'Write a number.' });
    expect(errorsOf({ bins: '1' })).toEqual({ bins: 'Make it at least 2.' });
    expect(errorsOf({ moderate: '1e-10' })).toEqual({ moderate: 'Make it at least 0.001.' });
    expect(errorsOf({ capacity_per_second: '0' })).toEqual({ capacity_per_second: 'Make it more than 0.' });
    expect(errorsOf({ false_alerts_per_day: '20000' })).toEqual({
      false_alerts_per_day: 'Make it at most 10,000.',
    });
    expect(errorsOf({ capacity_per_second: 'many' })).toHaveProperty('capacity_per_second');
    expect(errorsOf({ segment_tags: 'a,b,c,d,e,f,g,h,i' })).toHaveProperty('segment_tags');
  });

  it('finds what the collector would refuse of fields that are each fine', () => {
    expect(errorsOf({ window: '90s', step: '30s' })).toHaveProperty('window');
    expect(errorsOf({ step: '2h' })).toHaveProperty('step');
    expect(errorsOf({ step: '7m' })).toHaveProperty('step');
    expect(errorsOf({ moderate: '0.3' })).toHaveProperty('significant');
    expect(errorsOf({ moderate: '0,1' })).toBeNull();
  });

  it('finds the field of a path, and the text of a span', () => {
    expect(fieldOf('$.step_ms')).toBe('step');
    expect(fieldOf('segment_tags[3]')).toBe('segment_tags');
    expect([60_000, 90_061_001, 0].map(durationText)).toEqual(['1m', '1d1h1m1s1ms', '0']);
  });
});
