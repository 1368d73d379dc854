import type { Rule } from '@leeway/contract';
import { templateProblem } from '../notify/template.js';
import { RESERVED_LABELS } from '../state/instance.js';
import { familyOf } from './compile.js';
import type { Path } from './yaml-source.js';

/** A field of one rule that is well-formed and yet wrong. */
export interface Contradiction {
  path: Path;
  code: string;
  message: string;
}

const SHARES = [
  'error_rate',
  'anomaly_rate',
  'quality.missing',
  'quality.out_of_range',
  'quality.unseen',
  'quality.invalid',
];
/** What every receiver takes as a label's name; Alertmanager refuses others unless it is told not to. */
const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What the shape can't say: values that contradict each other or mean nothing together. Pure. */
export function meaning(rule: Rule): Contradiction[] {
  return [...ofCondition(rule), ...ofScope(rule), ...ofTexts(rule)];
}

function ofCondition({ condition, signal, recovery, selector }: Rule): Contradiction[] {
  const found: Contradiction[] = [];
  const say = (path: Path, code: string, message: string) => found.push({ path, code, message });
  if (condition.to === 'capacity' && signal !== 'throughput') {
    say(['condition', 'to'], 'no_reference', `only throughput has a capacity; ${signal} has none`);
  }
  if (condition.to === 'capacity' && signal === 'throughput' && selector.segment !== '') {
    say(
      ['condition', 'to'],
      'no_reference',
      'the capacity is that of the whole model, and a segment has none; give `value` instead',
    );
  }
  if (condition.to === 'baseline' && !hasBaselineValue(signal)) {
    say(
      ['condition', 'to'],
      'no_reference',
      `${signal} has no value in the baseline; give \`value\` instead`,
    );
  }
  if (recovery !== undefined) {
    const limit = condition.value ?? condition.ratio ?? 0;
    const above = condition.op === '>' || condition.op === '>=';
    if (above ? recovery > limit : recovery < limit) {
      const side = above ? 'at or below' : 'at or above';
      say(
        ['recovery'],
        'wrong_side',
        `a recovery threshold for "${condition.op} ${limit}" is ${side} ${limit}`,
      );
    }
  }
  const { value } = condition;
  if (SHARES.includes(signal) && value !== undefined && (value < 0 || value > 1)) {
    say(
      ['condition', 'value'],
      'out_of_range',
      `${signal} is a share from 0 to 1; for per cent write "${condition.op} ${value}%"`,
    );
  }
  return found;
}

/** Fields that the rule's signal would silently leave out of account. */
function ofScope({ signal, selector, window, min_rows, inhibited_by, name }: Rule): Contradiction[] {
  const found: Contradiction[] = [];
  const say = (path: Path, code: string, message: string) => found.push({ path, code, message });
  const family = familyOf(signal);
  const silence = family === 'silence';
  if ((family === 'operational' || silence) && selector.feature !== '*') {
    say(['selector', 'feature'], 'no_feature', `${signal} is about the whole model and has no features`);
  }
  if (silence && (selector.version !== '*' || selector.segment !== '')) {
    const field = selector.version !== '*' ? 'version' : 'segment';
    say(
      ['selector', field],
      'whole_model',
      `${signal} is about the whole model; it can't be asked of a ${field}`,
    );
  }
  if (window !== undefined && (silence || family === 'drift' || family === 'quality')) {
    const why = silence
      ? `${signal} has no window; its limit is the length of the silence`
      : `${signal} is judged on the model's own windows (\`window_ms\` of its settings)`;
    say(['window'], 'no_window', why);
  }
  if (min_rows > 0 && (silence || signal === 'throughput')) {
    say(
      ['min_rows'],
      'no_rows',
      `${signal} is about how few events there are, so it can't ask for a number of them`,
    );
  }
  if (inhibited_by.includes(name)) say(['inhibited_by'], 'cycle', 'a rule can’t be muted by itself');
  return found;
}

function ofTexts({ labels, annotations }: Rule): Contradiction[] {
  const found: Contradiction[] = [];
  for (const label of Object.keys(labels)) {
    if ((RESERVED_LABELS as readonly string[]).includes(label))
      found.push({
        path: ['labels', label],
        code: 'reserved',
        message: `the alert sets the label "${label}" itself`,
      });
    else if (!LABEL_NAME.test(label))
      found.push({
        path: ['labels', label],
        code: 'label_name',
        message: `"${label}" is no name of a label: write letters, digits and "_", and no digit first`,
      });
  }
  for (const [name, template] of Object.entries(annotations)) {
    const message = templateProblem(template, [...RESERVED_LABELS, ...Object.keys(labels)]);
    if (message !== null) found.push({ path: ['annotations', name], code: 'template', message });
  }
  return found;
}

function hasBaselineValue(signal: string): boolean {
  return (
    signal.startsWith('latency.') ||
    signal === 'quality.missing' ||
    (signal.startsWith('performance.') && !signal.includes('estimated'))
  );
}
