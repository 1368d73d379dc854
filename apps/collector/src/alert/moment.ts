import { durationMs } from '@leeway/contract';
import { AlertProblem } from './problem.js';

/** Epoch ms of RFC 3339 text, epoch milliseconds, `now` or `now-7d`. Throws `AlertProblem` naming the field. */
export function parseMoment(text: string, now: number, field: string): number {
  const trimmed = text.trim();
  const relative = /^now(?:-(.+))?$/.exec(trimmed);
  if (relative) {
    try {
      return relative[1] === undefined ? now : now - durationMs(relative[1]);
    } catch {
      throw problem(field, text);
    }
  }
  const at = /^\d{10,}$/.test(trimmed) ? Number(trimmed) : Date.parse(trimmed);
  if (Number.isNaN(at)) throw problem(field, text);
  return at;
}

function problem(field: string, text: string): AlertProblem {
  const message = `${field}: "${text}" is not a time; write 2026-01-31T14:00:00Z, now or now-7d`;
  return new AlertProblem('invalid_request', message, [{ path: field, code: 'invalid_time', message }]);
}
