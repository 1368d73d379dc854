import { describe, expect, it } from 'vitest';
import { eventProblems } from '../events/validate.js';
import { createDecode } from './decode.js';
import type { DecodedItem } from './decoded.js';
import { PAIR_LIMITS, PairBook } from './pair-book.js';

function reader() {
  const decode = createDecode(null);
  const pairs = new PairBook({ ...PAIR_LIMITS, expired: () => {} });
  return {
    async read(value: unknown): Promise<DecodedItem[]> {
      const bytes = Buffer.from(JSON.stringify(value));
      return [
        ...(await decode({ value: bytes, headers: {}, offset: 0, timestamp: 1_760_000_000_000, pairs })),
      ];
    },
  };
}

const values = (items: DecodedItem[]) => items.map((item) => ('value' in item ? item.value : item));
describe('OpenTelemetry GenAI spans', () => {
  const span = (attributes: object[], more: object = {}) => ({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'chat' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                startTimeUnixNano: '1760000000000000000',
                endTimeUnixNano: '1760000001234500000',
                attributes,
                ...more,
              },
            ],
          },
        ],
      },
    ],
  });
  const model = { key: 'gen_ai.request.model', value: { stringValue: 'meta/llama-3' } };

  it('become events with tokens, latency and version', async () => {
    const [event] = values(
      await reader().read(
        span([
          model,
          { key: 'gen_ai.response.model', value: { stringValue: 'llama-3-8b' } },
          { key: 'gen_ai.usage.input_tokens', value: { intValue: '120' } },
          { key: 'gen_ai.usage.output_tokens', value: { intValue: 45 } },
          { key: 'gen_ai.request.temperature', value: { doubleValue: 0.2 } },
          {
            key: 'gen_ai.response.finish_reasons',
            value: { arrayValue: { values: [{ stringValue: 'stop' }] } },
          },
        ]),
      ),
    );
    expect(event).toMatchObject({
      model: 'meta:llama-3',
      version: 'llama-3-8b',
      ts: 1_760_000_000_000,
      latency_ms: 1234.5,
      tokens: { input: 120, output: 45 },
      features: { temperature: 0.2, finish_reason: 'stop', input_tokens: 120 },
      tags: { service: 'chat' },
    });
    expect(eventProblems(event as Record<string, unknown>)).toEqual([]);
  });

  it('are read under the names that older instrumentations use', async () => {
    const old = [
      model,
      { key: 'gen_ai.system', value: { stringValue: 'openai' } },
      { key: 'gen_ai.usage.prompt_tokens', value: { intValue: '7' } },
      { key: 'gen_ai.usage.completion_tokens', value: { intValue: '3' } },
    ];
    expect(values(await reader().read(span(old)))[0]).toMatchObject({
      tokens: { input: 7, output: 3 },
      features: { provider: 'openai', input_tokens: 7, output_tokens: 3 },
    });
    const both = [...old, { key: 'gen_ai.provider.name', value: { stringValue: 'azure.ai.openai' } }];
    expect(values(await reader().read(span(both)))[0]).toMatchObject({
      features: { provider: 'azure.ai.openai' },
    });
  });

  it.each(['invoke_agent', 'execute_tool', 'create_agent', 'invoke_workflow', 'search_memory'])(
    'are passed over when they stand around calls: %s would count its tokens twice',
    async (operation) => {
      const attributes = [model, { key: 'gen_ai.operation.name', value: { stringValue: operation } }];
      expect(await reader().read(span(attributes))).toEqual([{ ignored: 'span_around_model_calls' }]);
    },
  );

  it('need ids, and a refused one is kept as an export of its own that can be sent again', async () => {
    const [bad] = await reader().read(span([model], { spanId: undefined }));
    expect(bad).toMatchObject({ problem: { code: 'bad_span' } });
    const [late] = await reader().read(span([model], { endTimeUnixNano: 'soon' }));
    const alone = JSON.parse(Buffer.from((late as { own: () => Uint8Array }).own()).toString());
    alone.resourceSpans[0].scopeSpans[0].spans[0].endTimeUnixNano = '1760000001234500000';
    expect(values(await reader().read(alone))).toEqual(values(await reader().read(span([model]))));
  });

  it('carry the error of a failed call', async () => {
    const failed = span([model, { key: 'error.type', value: { stringValue: 'timeout' } }], {
      status: { code: 2 },
    });
    expect(values(await reader().read(failed))).toMatchObject([{ error: 'timeout' }]);
  });

  it('of something else are passed over, by name', async () => {
    expect(await reader().read(span([{ key: 'http.method', value: { stringValue: 'GET' } }]))).toEqual([
      { ignored: 'span_of_something_else' },
    ]);
  });
});
