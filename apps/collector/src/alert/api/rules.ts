import {
  BacktestRequest,
  BacktestResult,
  ListedRule,
  type Rule,
  RuleEnabled,
  RuleList,
  RuleValidation,
  ValidateRules,
} from '@leeway/contract';
import { z } from 'zod';
import { backtest } from '../backtest/backtest.js';
import { parseMoment } from '../moment.js';
import { AlertProblem } from '../problem.js';
import type { RoomParts } from '../room.js';
import { type CompiledRule, compileRule } from '../rules/compile.js';
import { inhibitionCycles, unknownInhibitors } from '../rules/cycles.js';
import { parseRuleObjects, parseRules } from '../rules/parse.js';
import { type AlertRoute, route } from './route.js';

const Named = z.object({ name: z.string() });
const Author = z.object({ author: z.string().max(200).default('api') });

/** Rules: listed, saved, switched, checked and tried on history. */
export function ruleRoutes({ deps, rules, book, settings }: RoomParts): AlertRoute[] {
  const listed = ({ rule, origin, file }: CompiledRule): ListedRule => {
    let firing = 0;
    let pending = 0;
    for (const instance of book.all()) {
      if (instance.rule !== rule.name) continue;
      if (instance.state.phase === 'firing') firing += 1;
      if (instance.state.phase === 'pending') pending += 1;
    }
    return { ...rule, origin, file, firing, pending };
  };
  const ruleOr404 = (name: string) => {
    const known = rules.get(name);
    if (!known) throw new AlertProblem('not_found', `there is no rule "${name}"`);
    return listed(known);
  };

  return [
    route({
      method: 'GET',
      path: '/rules',
      summary: 'Every rule with its origin, and the errors of rule files',
      response: RuleList,
      handle: () => ({ rules: rules.all.map(listed), problems: [...settings.ruleProblems] }),
    }),
    route({
      method: 'GET',
      path: '/rules/:name',
      summary: 'One rule',
      params: Named,
      response: ListedRule,
      handle: ({ params }) => ruleOr404(params.name),
    }),
    route({
      method: 'PUT',
      path: '/rules/:name',
      summary: 'Create or replace a rule; it overrides a file’s or built-in one of the same name',
      params: Named,
      query: Author,
      body: z.unknown(),
      response: ListedRule,
      async handle({ params, query, body }) {
        const rule = oneRule(
          typeof body === 'object' && body !== null ? { ...body, name: params.name } : body,
        );
        await settings.save(rule, query.author);
        return ruleOr404(params.name);
      },
    }),
    route({
      method: 'DELETE',
      path: '/rules/:name',
      summary: 'Delete a rule that was saved through the API',
      params: Named,
      query: Author,
      response: z.object({ deleted: z.string() }),
      async handle({ params, query }) {
        await settings.delete(params.name, query.author);
        return { deleted: params.name };
      },
    }),
    route({
      method: 'POST',
      path: '/rules/:name/enabled',
      summary: 'Switch a rule on or off, wherever it comes from',
      params: Named,
      body: RuleEnabled,
      response: ListedRule,
      async handle({ params, body }) {
        await settings.enable(params.name, body.enabled, body.author);
        return ruleOr404(params.name);
      },
    }),
    route({
      method: 'POST',
      path: '/rules/validate',
      summary: 'Check rules without saving them',
      body: ValidateRules,
      response: RuleValidation,
      handle({ body }) {
        const parsed =
          body.yaml !== undefined ? parseRules(body.yaml, null) : parseRuleObjects(body.rules ?? []);
        const problems = [...parsed.problems];
        const names = new Set(parsed.rules.map((rule) => rule.name));
        const all = [
          ...rules.all.map((c) => c.rule).filter((rule) => !names.has(rule.name)),
          ...parsed.rules,
        ];
        for (const cycle of inhibitionCycles(all)) {
          const message = `these rules mute each other, so nobody would hear of them: ${cycle.join(' → ')}`;
          problems.push({
            file: null,
            line: null,
            column: null,
            field: 'inhibited_by',
            code: 'cycle',
            message,
          });
        }
        for (const { rule, index, message } of unknownInhibitors(all)) {
          const place = parsed.rules.findIndex((one) => one.name === rule);
          if (place < 0) continue;
          const field = `rules[${place}].inhibited_by[${index}]`;
          problems.push({ file: null, line: null, column: null, field, code: 'unknown_rule', message });
        }
        return { ok: problems.length === 0, rules: parsed.rules, problems };
      },
    }),
    route({
      method: 'POST',
      path: '/rules/backtest',
      summary: 'What would this rule have done over stored history?',
      body: BacktestRequest,
      response: BacktestResult,
      handle({ body }) {
        const now = deps.now();
        const from = parseMoment(body.from, now, 'from');
        const to = Math.min(now, parseMoment(body.to, now, 'to'));
        if (from >= to) throw new AlertProblem('invalid_request', '`from` must be before `to`');
        return backtest(
          deps.facts,
          compileRule({ ...oneRule(body.rule), enabled: true }, 'api'),
          body.model,
          from,
          to,
          deps.now,
        );
      },
    }),
  ];
}

/** One rule from JSON. Throws `AlertProblem` with every field error. */
function oneRule(raw: unknown): Rule {
  const { rules, problems } = parseRuleObjects([raw]);
  if (problems.length === 0) return rules[0]!;
  const errors = problems.map(({ field, code, message }) => ({
    path: field.replace(/^rules\[0\]\.?/, ''),
    code,
    message,
  }));
  throw new AlertProblem('invalid_request', errors.map((e) => `${e.path}: ${e.message}`).join('; '), errors);
}
