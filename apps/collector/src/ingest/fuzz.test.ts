import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.js';

/** A longer run: FUZZ=1000000 npx vitest run ingest/fuzz */
const MESSAGES = Number(process.env.FUZZ ?? 20_000);

describe('malformed and half-valid messages', () => {
  it('never throw, and every one is stored, a dead letter, or knowingly passed over', async () => {
    const result = await fuzz(MESSAGES, 1);
    expect(result.unaccounted).toBe(0);
    expect(result.stored).toBeGreaterThan(MESSAGES / 50);
    expect(result.deadLettered).toBeGreaterThan(MESSAGES / 5);
  }, 1_200_000);
});
