import Mustache from 'mustache';
import { subject } from '../incident/subject.js';
import { show } from '../observe/finding.js';
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

/** Checks that a template can be read; tells what is wrong, or null. */
export function templateProblem(template: string): string | null {
  try {
    Mustache.parse(template);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
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
