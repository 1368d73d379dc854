import { createHash } from 'node:crypto';
import { durationMs } from '@leeway/contract';
import type { RouteConfig } from './config.js';
import { compileMatchers, type Labels, type LabelTest, showMatcher } from './matcher.js';

/** A node of the routing tree with everything inherited from its parents. Durations in ms. */
export interface Route {
  receivers: readonly string[];
  groupBy: readonly string[];
  groupWaitMs: number;
  groupIntervalMs: number;
  repeatIntervalMs: number;
  muteTimes: readonly string[];
  /** Names the route over restarts: from what it matches and sends to, not from its position. */
  id: string;
}

interface Node extends Route {
  test: LabelTest;
  goOn: boolean;
  children: Node[];
}

const DEFAULTS: Route = {
  receivers: [],
  groupBy: ['incident'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
  muteTimes: [],
  id: '',
};

/** The routing tree: first match wins in each level, unless a route says `continue`; as in Alertmanager. */
export class RoutingTree {
  readonly #root: Node;

  constructor(config: RouteConfig) {
    this.#root = compile(config, DEFAULTS, '');
  }

  /** The routes that an alert with these labels takes; the root when none of its children matches. */
  routesOf(labels: Labels): Route[] {
    return this.#root.test(labels) ? descend(this.#root, labels) : [];
  }
}

function descend(node: Node, labels: Labels): Route[] {
  const taken: Route[] = [];
  for (const child of node.children) {
    if (!child.test(labels)) continue;
    taken.push(...descend(child, labels));
    if (!child.goOn) break;
  }
  return taken.length > 0 ? taken : [node];
}

function compile(config: RouteConfig, parent: Route, path: string): Node {
  const ms = (text: string | undefined, inherited: number) =>
    text === undefined ? inherited : durationMs(text);
  const matchers = config.matchers.map(showMatcher).sort().join(',');
  const way = `${path}/${matchers}`;
  const route: Route = {
    receivers: config.receiver ?? parent.receivers,
    groupBy: config.group_by ?? parent.groupBy,
    groupWaitMs: ms(config.group_wait, parent.groupWaitMs),
    groupIntervalMs: ms(config.group_interval, parent.groupIntervalMs),
    repeatIntervalMs: ms(config.repeat_interval, parent.repeatIntervalMs),
    muteTimes: config.mute_times,
    id: createHash('sha256').update(way).digest('hex').slice(0, 8),
  };
  return {
    ...route,
    test: compileMatchers(config.matchers),
    goOn: config.continue,
    children: config.routes.map((child) => compile(child, route, way)),
  };
}

/** The labels that a route groups by, as text; `...` groups by all of them, so every alert is on its own. */
export function groupLabels(route: Route, labels: Labels): Record<string, string> {
  const names = route.groupBy.includes('...') ? Object.keys(labels).sort() : route.groupBy;
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}

/** The group's identity towards one receiver, stable over restarts. */
export function groupKey(route: Route, receiver: string, labels: Readonly<Record<string, string>>): string {
  const text = JSON.stringify([route.id, receiver, Object.entries(labels)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
