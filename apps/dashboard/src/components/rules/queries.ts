import {
  type BacktestRequest,
  BacktestResult,
  ListedRule,
  RuleList,
  type RuleValidation,
  RuleValidation as RuleValidationSchema,
} from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, browserFetch, type Fetcher, json, request, segment, send } from '../../lib/api';

export function rulesQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['rules', null, 'list'] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/rules'), RuleList, { signal }),
  });
}

export function ruleQuery(name: string, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['rules', null, name] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath(`/rules/${segment(name)}`), ListedRule, { signal }),
  });
}

/** The collector's own judgement of a rule: globs, cycles, templates, the alert file it has to live with. */
export function validateRule(rule: unknown, signal?: AbortSignal): Promise<RuleValidation> {
  return request(browserFetch, apiPath('/rules/validate'), RuleValidationSchema, {
    ...json('POST', { rules: [rule] }),
    signal: signal ?? null,
  });
}

export async function saveRule(name: string, rule: unknown): Promise<void> {
  await send(browserFetch, apiPath(`/rules/${segment(name)}`), json('PUT', rule));
}

export async function deleteRule(name: string): Promise<void> {
  await send(browserFetch, apiPath(`/rules/${segment(name)}`), { method: 'DELETE' });
}

export async function enableRule(name: string, enabled: boolean, author: string): Promise<void> {
  const body = { enabled, ...(author ? { author } : {}) };
  await send(browserFetch, apiPath(`/rules/${segment(name)}/enabled`), json('POST', body));
}

export function backtest(asked: BacktestRequest, signal?: AbortSignal): Promise<BacktestResult> {
  return request(browserFetch, apiPath('/rules/backtest'), BacktestResult, {
    ...json('POST', asked),
    signal: signal ?? null,
  });
}
