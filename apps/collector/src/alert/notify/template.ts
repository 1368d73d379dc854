import Mustache from 'mustache';
import { subject } from '../incident/subject.js';
import { show } from '../observe/finding.js';
import { suggest } from '../rules/suggest.js';
import { type Instance, routingLabels } from '../state/instance.js';

const WHOLE = new Intl.NumberFormat('en-US');

const LONGEST = 4_000;

/** What templates may name; docs/alerting.md lists the same. */
export function templateView(instance: Instance): Record<string, unknown> {
  const { detail, slice, state } = instance;
  return {
    ...slice,
    signal: slice.signal ?? instance.ruleSignal,
    subject: subject(instance),
    rule: instance.rule,
    severity: instance.severity,
    state: state.phase,
    value: show(detail.value),
    threshold: show(detail.threshold),
    percent: detail.value === null ? '–' : `${show(detail.value * 100)} %`,
    unit: detail.unit,
    n: detail.n === null ? '–' : WHOLE.format(detail.n),
    summary: detail.summary,
    direction: detail.direction?.text ?? '',
    since: state.since === null ? '' : new Date(state.since).toISOString(),
    labels: routingLabels(instance),
  };
}

/** Names at the top of `templateView`. */
export const TEMPLATE_NAMES = [
  'model',
  'version',
  'segment',
  'signal',
  'subject',
  'rule',
  'severity',
  'state',
  'value',
  'threshold',
  'percent',
  'unit',
  'n',
  'summary',
  'direction',
  'since',
  'labels',
] as const;

/**
 * Checks that a template can be read and names only what there is: Mustache itself renders a misspelt name as nothing.
 * `labels` are the names that `{{labels.…}}` may have. Tells what is wrong, or null.
 */
export function templateProblem(template: string, labels: readonly string[]): string | null {
  let tokens: Token[];
  try {
    tokens = Mustache.parse(template) as Token[];
  } catch (error) {
    return `the template can't be read: ${(error as Error).message}`;
  }
  return unknownName(tokens, labels, false);
}

/** Mustache's: kind, text, start, end, and for a section what is inside. */
type Token = [kind: string, text: string, start: number, end: number, inside?: Token[]];

function unknownName(tokens: readonly Token[], labels: readonly string[], ofLabels: boolean): string | null {
  for (const [kind, name, , , inside] of tokens) {
    if (kind === 'text' || kind === '!' || kind === '=') continue;
    if (kind === '>') return `{{> ${name}}}: one template can't take in another`;
    const problem = problemOfName(name, labels, ofLabels);
    if (problem !== null) return problem;
    const deeper = inside && unknownName(inside, labels, ofLabels || (kind === '#' && name === 'labels'));
    if (deeper) return deeper;
  }
  return null;
}

function problemOfName(name: string, labels: readonly string[], ofLabels: boolean): string | null {
  const known = name === '.' || (TEMPLATE_NAMES as readonly string[]).includes(name);
  if (known || (ofLabels && labels.includes(name))) return null;
  if (name.startsWith('labels.')) {
    const label = name.slice('labels.'.length);
    if (labels.includes(label)) return null;
    const near = suggest(label, labels);
    return `{{${name}}}: the alert has no label "${label}"${near ? `; did you mean {{labels.${near}}}?` : ''}`;
  }
  // Prometheus writes {{ $value }} and {{ $labels.x }}.
  const near = name.startsWith('$') ? name.slice(1) : suggest(name, TEMPLATE_NAMES);
  return `there is no {{${name}}}; ${near ? `did you mean {{${near}}}?` : `known ones: ${TEMPLATE_NAMES.join(', ')}`}`;
}

/**
 * Renders an alert's annotations. A template that fails doesn't hold the alert back: its text says what went wrong
 * and `errors` lists it. Names that don't exist render as nothing, as Mustache defines it.
 */
export function renderAnnotations(instance: Instance): {
  annotations: Record<string, string>;
  errors: string[];
} {
  const annotations: Record<string, string> = {};
  const errors: string[] = [];
  const view = templateView(instance);
  for (const [name, template] of Object.entries(instance.annotations)) {
    try {
      // Messages are plain text; each receiver escapes for its own format.
      annotations[name] = Mustache.render(template, view, {}, { escape: String }).slice(0, LONGEST);
    } catch (error) {
      const problem = `template "${name}" of rule ${instance.rule} failed: ${(error as Error).message}`;
      annotations[name] = `[${problem}]`;
      errors.push(problem);
    }
  }
  return { annotations, errors };
}
