import type { Logger } from 'pino';
import type { AddressPolicy } from '../deliver/address.js';
import type { HttpSender } from '../deliver/http.js';
import { failureOf, type Outcome, outcomeOf } from '../deliver/outcome.js';
import type { Secrets } from '../deliver/secrets.js';
import type { Message } from '../notify/message.js';

/** What receivers need of the world. */
export interface ReceiverTools {
  http: HttpSender;
  policy: AddressPolicy;
  secrets: Secrets;
  log: Logger;
  timeoutMs: number;
  now(): number;
}

/** Sends one message; never throws: what went wrong is in the outcome. */
export type Send = (message: Message) => Promise<Outcome>;

/** Posts a JSON body and reads the answer. */
export async function postJson(
  tools: ReceiverTools,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const answer = await tools.http({
    url,
    headers: { 'content-type': 'application/json', 'user-agent': 'leeway', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return outcomeOf(answer, tools.now());
}

/** Runs an attempt that may throw and tells its outcome, with every secret taken out of the text. */
export async function careful(tools: ReceiverTools, attempt: () => Promise<Outcome>): Promise<Outcome> {
  let outcome: Outcome;
  try {
    outcome = await attempt();
  } catch (error) {
    outcome = failureOf(error);
  }
  return outcome.ok ? outcome : { ...outcome, error: tools.secrets.redact(outcome.error) };
}
