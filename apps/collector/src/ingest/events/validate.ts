import {
  EVENT_LIMITS,
  HALF_CHARACTER,
  isWellFormed,
  type LabelEvent,
  ModelName,
  type PredictionEvent,
} from '@leeway/contract';
import { parseMoment } from './time.js';

/** One thing wrong with one event: where (JSON path), a stable code, and a sentence that says how to fix it. */
export interface EventProblem {
  path: string;
  code: string;
  message: string;
}

type Json = Record<string, unknown>;
type Report = (path: string, code: string, message: string) => undefined;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, in JSON's own words. */
export function kindName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number too large for a double';
  return typeof value === 'boolean' ? 'a boolean' : `a ${typeof value}`;
}

/** `$.features.age`, or `$.features["with space"]`. */
export function childPath(parent: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name)
    ? `${parent}.${name}`
    : `${parent}[${JSON.stringify(name.slice(0, 80))}]`;
}

function text(value: unknown, path: string, min: number, max: number, report: Report): value is string {
  if (typeof value !== 'string') {
    report(
      path,
      value === undefined ? 'missing_field' : 'wrong_type',
      `needs a string, got ${kindName(value)}`,
    );
    return false;
  }
  if (value.length < min) report(path, 'too_short', 'needs at least one character');
  else if (value.length > max)
    report(path, 'too_long', `has ${value.length} characters; at most ${max} are kept`);
  else if (!isWellFormed(value)) report(path, 'bad_text', `${HALF_CHARACTER}; send whole characters`);
  else return true;
  return false;
}

function finite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function nullish(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function checkModel(value: unknown, report: Report): void {
  if (!text(value, '$.model', 1, 200, report)) return;
  const parsed = ModelName.safeParse(value);
  if (!parsed.success) report('$.model', 'bad_name', parsed.error.issues[0]!.message);
}

/** Epoch ms, or NaN after reporting why it is not a time. */
function checkTime(value: unknown, report: Report): number {
  if (typeof value === 'string') {
    const ms = parseMoment(value);
    if (Number.isNaN(ms))
      report(
        '$.ts',
        'bad_time',
        'is not RFC 3339; write e.g. 2026-01-31T12:00:00Z or milliseconds since 1970',
      );
    return ms;
  }
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0 && value <= 8_640_000_000_000_000) return value;
    report('$.ts', 'bad_time', 'needs whole milliseconds since 1970, or RFC 3339 text');
    return Number.NaN;
  }
  const code = value === undefined ? 'missing_field' : 'wrong_type';
  report('$.ts', code, `needs RFC 3339 text or milliseconds since 1970, got ${kindName(value)}`);
  return Number.NaN;
}

function checkName(name: string, path: string, report: Report): void {
  if (name.length === 0) report(path, 'bad_name', 'a name needs at least one character');
  else if (name.length > EVENT_LIMITS.nameLength)
    report(childPath(path, name), 'bad_name', `a name has at most ${EVENT_LIMITS.nameLength} characters`);
  else if (!isWellFormed(name))
    report(childPath(path, name), 'bad_name', `this name ${HALF_CHARACTER}; send whole characters`);
}

/** Names of an object that count. A key `__proto__` is passed over, as the contract's schemas do. */
export function ownNames(object: Json): string[] {
  const names = Object.keys(object);
  return names.includes('__proto__') ? names.filter((name) => name !== '__proto__') : names;
}

function checkEmbedding(value: unknown[], path: string, report: Report): void {
  if (value.length === 0)
    report(path, 'too_short', 'an embedding needs at least one number; send null for none');
  else if (value.length > EVENT_LIMITS.embedding)
    report(
      path,
      'too_long',
      `has ${value.length} numbers; an embedding has at most ${EVENT_LIMITS.embedding}`,
    );
  else {
    const wrong = value.findIndex((item) => !finite(item));
    if (wrong >= 0)
      report(`${path}[${wrong}]`, 'wrong_type', `needs a finite number, got ${kindName(value[wrong])}`);
  }
}

function checkFeatures(features: unknown, report: Report): undefined {
  if (!isObject(features)) {
    const code = features === undefined ? 'missing_field' : 'wrong_type';
    return report('$.features', code, `needs an object of values by feature name, got ${kindName(features)}`);
  }
  const names = ownNames(features);
  if (names.length > EVENT_LIMITS.features)
    return report(
      '$.features',
      'too_many',
      `has ${names.length} features; at most ${EVENT_LIMITS.features} are taken`,
    );
  for (const name of names) {
    const value = features[name];
    checkName(name, '$.features', report);
    if (finite(value) || value === null || typeof value === 'boolean') continue;
    const path = childPath('$.features', name);
    if (typeof value === 'string') text(value, path, 0, EVENT_LIMITS.stringLength, report);
    else if (Array.isArray(value)) checkEmbedding(value, path, report);
    else
      report(
        path,
        'wrong_type',
        `needs a number, string, boolean, null or array of numbers, got ${kindName(value)}`,
      );
  }
}

function checkPrediction(value: unknown, report: Report): undefined {
  if (nullish(value) || finite(value) || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    text(value, '$.prediction', 0, EVENT_LIMITS.stringLength, report);
    return;
  }
  if (!isObject(value))
    return report(
      '$.prediction',
      'wrong_type',
      `needs a number, class or probabilities by class, got ${kindName(value)}`,
    );
  const names = ownNames(value);
  if (names.length > EVENT_LIMITS.classes)
    return report(
      '$.prediction',
      'too_many',
      `has ${names.length} classes; at most ${EVENT_LIMITS.classes} are taken`,
    );
  for (const name of names) {
    checkName(name, '$.prediction', report);
    const share = value[name];
    if (!finite(share) || share < 0 || share > 1)
      report(childPath('$.prediction', name), 'out_of_range', 'needs a probability from 0 to 1');
  }
}

function checkTags(tags: unknown, report: Report): undefined {
  if (nullish(tags)) return;
  if (!isObject(tags)) return report('$.tags', 'wrong_type', `needs an object, got ${kindName(tags)}`);
  const names = ownNames(tags);
  if (names.length > EVENT_LIMITS.tags)
    return report('$.tags', 'too_many', `has ${names.length} tags; at most ${EVENT_LIMITS.tags} are taken`);
  for (const name of names) {
    checkName(name, '$.tags', report);
    const value = tags[name];
    if (finite(value) || typeof value === 'boolean') continue;
    text(value, childPath('$.tags', name), 0, EVENT_LIMITS.stringLength, report);
  }
}

function checkTokens(tokens: unknown, report: Report): undefined {
  if (nullish(tokens)) return;
  if (!isObject(tokens))
    return report('$.tokens', 'wrong_type', `needs {input, output}, got ${kindName(tokens)}`);
  for (const name of ['input', 'output']) {
    const value = tokens[name];
    if (Number.isInteger(value) && ((value as number) < 0 || (value as number) > EVENT_LIMITS.tokens))
      report(`$.tokens.${name}`, 'out_of_range', `needs 0 to ${EVENT_LIMITS.tokens} tokens, got ${value}`);
    else if (!Number.isInteger(value))
      report(
        `$.tokens.${name}`,
        'wrong_type',
        `needs a whole number of tokens, got ${finite(value) ? value : kindName(value)}`,
      );
  }
}

function reporter(problems: EventProblem[]): Report {
  return (path, code, message) => {
    problems.push({ path, code, message: `${path}: ${message}` });
    return undefined;
  };
}

/**
 * Checks a parsed event against the contract (`PredictionEvent`) and the limits of `EVENT_LIMITS`, without building
 * a copy. Returns what is wrong, empty when it may be stored. A property test holds it to the zod schema.
 */
export function eventProblems(event: Json): EventProblem[] {
  const problems: EventProblem[] = [];
  const report = reporter(problems);
  checkModel(event.model, report);
  text(event.version, '$.version', 1, 200, report);
  text(event.id, '$.id', 1, EVENT_LIMITS.idLength, report);
  checkTime(event.ts, report);
  checkFeatures(event.features, report);
  checkPrediction(event.prediction, report);
  const { score, latency_ms: latency, error } = event;
  if (!nullish(score) && !finite(score))
    report('$.score', 'wrong_type', `needs a number, got ${kindName(score)}`);
  if (!nullish(latency) && !(finite(latency) && latency >= 0))
    report(
      '$.latency_ms',
      'out_of_range',
      `needs milliseconds ≥ 0, got ${finite(latency) ? latency : kindName(latency)}`,
    );
  if (!nullish(error) && typeof error !== 'boolean')
    text(error, '$.error', 0, EVENT_LIMITS.stringLength, report);
  checkTags(event.tags, report);
  checkTokens(event.tokens, report);
  return problems;
}

/** The same for a label (`LabelEvent`). */
export function labelProblems(event: Json): EventProblem[] {
  const problems: EventProblem[] = [];
  const report = reporter(problems);
  checkModel(event.model, report);
  text(event.id, '$.id', 1, EVENT_LIMITS.idLength, report);
  checkTime(event.ts, report);
  const { label } = event;
  if (!finite(label) && typeof label !== 'boolean')
    text(label, '$.label', 0, EVENT_LIMITS.stringLength, report);
  return problems;
}

/** Epoch ms of a checked event's time. */
export function momentOf(event: PredictionEvent | LabelEvent): number {
  return typeof event.ts === 'number' ? event.ts : parseMoment(event.ts);
}

/** Whether an object is a delayed label rather than a prediction: it has a label and no features. */
export function isLabel(value: Json): boolean {
  return value.label !== undefined && value.features === undefined;
}
