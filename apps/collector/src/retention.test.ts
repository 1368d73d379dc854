import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.js';
import { RETAINED_TABLES } from './retention.js';
import { ttlExpression } from './store/schema/table.js';
import { TABLES } from './store/schema/tables.js';

function problemOf(text: string): string {
  try {
    readConfig({ LEEWAY_RETAIN_TABLES_DAYS: text });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return '';
}

describe('days of single tables', () => {
  it('are those of every table that forgets, but for raw events, which have a setting of their own', () => {
    const forgetting = TABLES.flatMap(({ name, ttl }) => (ttl ? [name] : []));
    expect(new Set(['events', ...RETAINED_TABLES])).toEqual(new Set(forgetting));
  });

  it('go before the days of their kind', () => {
    const { retainDays } = readConfig({
      LEEWAY_RETAIN_MINUTES_DAYS: '60',
      LEEWAY_RETAIN_TABLES_DAYS: 'labels = 365, dead_letters=7',
    }).config.store;
    const ttl = (name: string) => ttlExpression(TABLES.find((table) => table.name === name)!, retainDays);
    expect(ttl('labels')).toBe('toDateTime(received_at) + toIntervalDay(365)');
    expect(ttl('dead_letters')).toBe('toDateTime(at) + toIntervalDay(7)');
    expect(ttl('histograms')).toBe('toDateTime(minute) + toIntervalDay(60)');
    expect(ttl('events')).toBe('toDateTime(ts) + toIntervalDay(30)');
  });

  it('name what is wrong with them', () => {
    expect(problemOf('label=3')).toMatch(
      /"label=3" names no table; write e.g. labels=365 with one of labels, /,
    );
    expect(problemOf('labels=0')).toMatch(/"labels=0" needs a whole number of days from 1 to 36500/);
    expect(problemOf('labels')).toMatch(/"labels" needs a whole number/);
    expect(problemOf('events=3')).toMatch(/names no table/);
  });

  it('are at least as many for coarser tables, which stand in for the finer ones', () => {
    expect(problemOf('histograms=100,traffic=7')).toBe('');
    expect(problemOf('histograms_hour=60')).toBe(
      'LEEWAY_RETAIN_TABLES_DAYS: histograms_hour would be kept 60 days and histograms 90; long ranges are read from the coarser table, so keep it at least as long',
    );
    expect(problemOf('histograms_day=30')).toMatch(
      /histograms_day would be kept 30 days and histograms_hour 730/,
    );
    expect(problemOf('traffic_hour=89')).toMatch(/traffic_hour would be kept 89 days and traffic 90/);
    expect(() => readConfig({ LEEWAY_RETAIN_HOURS_DAYS: '30' })).toThrow(ConfigError);
  });
});
