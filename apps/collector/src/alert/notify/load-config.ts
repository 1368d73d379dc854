import { readFile } from 'node:fs/promises';
import type { RuleProblem } from '@leeway/contract';
import { suggest } from '../rules/suggest.js';
import { flattenIssues, YamlSource } from '../rules/yaml-source.js';
import { AlertConfig, type RouteConfig } from './config.js';
import { compileMatchers } from './matcher.js';

export interface LoadedConfig {
  config: AlertConfig | null;
  problems: RuleProblem[];
}

/** Reads and checks an alert file; with any problem `config` is null and the last good one should stay. */
export async function loadAlertConfig(file: string): Promise<LoadedConfig> {
  try {
    return parseAlertConfig(await readFile(file, 'utf8'), file);
  } catch (error) {
    const message = `can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    return {
      config: null,
      problems: [{ file, line: null, column: null, field: '', code: 'unreadable', message }],
    };
  }
}

/** The same for a text. Besides the shape it checks that every name that is used exists. */
export function parseAlertConfig(text: string, file: string | null): LoadedConfig {
  const source = new YamlSource(text, file);
  if (source.problems.length > 0) return { config: null, problems: source.problems };
  const parsed = AlertConfig.safeParse(source.value ?? {});
  if (!parsed.success) {
    const problems = flattenIssues(parsed.error, []).map((i) => source.problem(i.path, i.code, i.message));
    return { config: null, problems };
  }
  const config = parsed.data;
  const problems: RuleProblem[] = [];
  const say = (path: (string | number)[], code: string, message: string) =>
    problems.push(source.problem(path, code, message));
  const receivers = new Set<string>();
  config.receivers.forEach((receiver, i) => {
    if (receivers.has(receiver.name))
      say(['receivers', i, 'name'], 'duplicate', `there are two receivers "${receiver.name}"`);
    receivers.add(receiver.name);
  });
  const muteTimes = new Set(config.mute_times.map((mute) => mute.name));
  const walk = (route: RouteConfig, path: (string | number)[]) => {
    for (const name of route.receiver ?? []) {
      if (!receivers.has(name))
        say([...path, 'receiver'], 'unknown_receiver', unknown('receiver', name, receivers));
    }
    for (const name of route.mute_times) {
      if (!muteTimes.has(name))
        say([...path, 'mute_times'], 'unknown_mute_time', unknown('mute time', name, muteTimes));
    }
    tryMatchers(
      () => compileMatchers(route.matchers),
      (message) => say([...path, 'matchers'], 'matcher', message),
    );
    for (const [i, child] of route.routes.entries()) walk(child, [...path, 'routes', i]);
  };
  walk(config.route, ['route']);
  // Otherwise what no route below matches would be told to nobody.
  if (config.route.receiver === undefined)
    say(
      ['route'],
      'no_receiver',
      '`route` needs a `receiver`: it gets what none of the routes below matches',
    );
  if (config.route.matchers.length > 0)
    say(
      ['route', 'matchers'],
      'root_matchers',
      'the first route takes every alert; put matchers on a route below it',
    );
  config.inhibit.forEach((rule, i) => {
    for (const side of ['source', 'target'] as const) {
      tryMatchers(
        () => compileMatchers(rule[side]),
        (message) => say(['inhibit', i, side], 'matcher', message),
      );
      if (rule[side].length === 0)
        say(['inhibit', i, side], 'empty', `\`${side}\` needs at least one matcher`);
    }
  });
  return { config: problems.length === 0 ? config : null, problems };
}

function tryMatchers(compile: () => unknown, report: (message: string) => void): void {
  try {
    compile();
  } catch (error) {
    report((error as Error).message);
  }
}

function unknown(what: string, name: string, known: Iterable<string>): string {
  const near = suggest(name, known);
  return `there is no ${what} "${name}"${near ? `; did you mean "${near}"?` : ''}`;
}
