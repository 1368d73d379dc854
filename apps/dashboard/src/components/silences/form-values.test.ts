import { describe, expect, it } from 'vitest';
import { emptySilence, toSilence } from './form-values';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const filled = {
  ...emptySilence([{ label: 'model', op: '=', value: 'flight-delay' }]),
  author: ' Ada ',
  comment: 'load test',
};

describe('the silence form', () => {
  it('makes a request that begins now and lasts as chosen', () => {
    expect(toSilence({ ...filled, duration: '480' }, NOW).silence).toEqual({
      matchers: [{ label: 'model', op: '=', value: 'flight-delay' }],
      starts_at: '2026-03-01T12:00:00.000Z',
      ends_at: '2026-03-01T20:00:00.000Z',
      author: 'Ada',
      comment: 'load test',
    });
  });

  it('takes an end of its own', () => {
    const { silence } = toSilence({ ...filled, duration: 'custom', ends: '2026-03-02T00:00:00Z' }, NOW);
    expect(silence?.ends_at).toBe('2026-03-02T00:00:00.000Z');
  });

  it('names each field that is wrong', () => {
    expect(toSilence({ ...filled, duration: 'custom', ends: '' }, NOW).errors?.ends?.message).toContain(
      'when',
    );
    expect(
      toSilence({ ...filled, duration: 'custom', ends: '2026-02-01T00:00:00Z' }, NOW).errors?.ends,
    ).toBeDefined();
    expect(toSilence({ ...filled, author: '  ' }, NOW).errors?.author).toBeDefined();
    expect(toSilence({ ...filled, comment: '' }, NOW).errors?.comment).toBeDefined();
    expect(toSilence({ ...filled, matchers: [] }, NOW).errors?.matchers).toBeDefined();
  });

  it('refuses to silence everything', () => {
    expect(
      toSilence({ ...emptySilence([]), author: 'Ada', comment: 'x' }, NOW).errors?.matchers?.root?.message,
    ).toContain('everything');
  });
});
