import type { IHeaders } from 'kafkajs';
import type { Message } from './batch.js';

const NONE: Message['headers'] = Object.freeze({});

/** A message's headers with their names in lower case, as text; of several with one name the first. */
export function lowerHeaders(headers: IHeaders | undefined): Message['headers'] {
  let found: Record<string, string | undefined> | null = null;
  for (const name in headers) {
    const value = headers[name];
    found ??= {};
    found[name.toLowerCase()] = (Array.isArray(value) ? value[0] : value)?.toString();
  }
  return found ?? NONE;
}
