import { PredictionEvent } from '@leeway/contract';
import { expect, it } from 'vitest';
import { snippets } from './snippets';

const AT = '2026-03-01T12:00:00.000Z';

it('the events that snippets send are valid', () => {
  for (const id of ['curl', 'kcat']) {
    const text = snippets('http://127.0.0.1:8787', false, AT).find((one) => one.id === id)?.text ?? '';
    const body = /'(\{"model".*\})'/.exec(text)?.[1] ?? '';
    expect(PredictionEvent.safeParse(JSON.parse(body)).error).toBeUndefined();
  }
});

it('a token is named by its variable wherever requests are sent', () => {
  for (const { id, text } of snippets('https://leeway.example.org', true, AT)) {
    if (id === 'kcat') continue;
    expect(text).toContain('LEEWAY_API_TOKEN');
    expect(text).toContain('https://leeway.example.org/api/v1/events');
  }
  for (const { text } of snippets('http://127.0.0.1:8787', false, AT)) expect(text).not.toContain('TOKEN');
});
