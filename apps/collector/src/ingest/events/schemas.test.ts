import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { eventSchemas } from './schemas.js';

const published = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../../docs/schemas/${name}`, import.meta.url), 'utf8'));

describe('the published JSON Schemas', () => {
  it.each(Object.entries(eventSchemas()))('%s is the contract of today', (name, schema) => {
    expect(published(name), 'run: node tools/run-ts.mjs tools/write-schemas.ts').toEqual(
      JSON.parse(JSON.stringify(schema)),
    );
  });

  it('take a whole event and refuse a broken one', () => {
    const ajv = new Ajv2020({ strict: false });
    (formats as unknown as (target: Ajv2020) => void)(ajv);
    const check = ajv.compile(published('prediction-event.json') as object);
    const event = {
      model: 'm',
      version: '1',
      id: 'a',
      ts: '2026-01-31T12:00:00Z',
      features: { age: 41, color: null },
    };
    expect(check(event)).toBe(true);
    expect(check({ ...event, features: { age: { years: 41 } } })).toBe(false);
    expect(check({ ...event, id: undefined, model: 7 })).toBe(false);
  });
});
