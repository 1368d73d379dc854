import { DeadLetter, DeadLetterList, IngestAnswer } from '@leeway/contract';
import Table from 'cli-table3';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { oneLine, printable, readable } from './printable.js';

/** What the commands need of the program; the cli room's context has it. */
export interface DeadLettersContext {
  url: string;
  token: string | undefined;
  signal: AbortSignal;
  out(content: string | Uint8Array): void;
  err(text: string): void;
}

type Action = (context: DeadLettersContext) => Promise<number>;

/** Which letters are meant. */
interface Wanted {
  class?: string;
  stage?: string;
  source?: string;
}

const MOST = 1_000;
const PAGE = 200;
const DONE = 0;
const REFUSED = 1;
const IMPOSSIBLE = 2;
/** No lines between rows. */
const NO_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
/** Columns of the message in the table. */
const MESSAGE_WIDTH = 72;

async function ask(context: DeadLettersContext, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (context.token !== undefined) headers.set('authorization', `Bearer ${context.token}`);
  return fetch(`${context.url}/api/v1${path}`, { ...init, headers, signal: context.signal });
}

/** What the collector answers, or null after saying why there is no answer. */
async function get<S extends z.ZodType>(
  context: DeadLettersContext,
  path: string,
  schema: S,
): Promise<z.output<S> | null> {
  try {
    const response = await ask(context, path);
    const body: unknown = await response.json();
    if (response.ok) return schema.parse(body);
    const { detail } = body as { detail?: string };
    context.err(`leeway: ${detail ?? `the collector answers ${response.status}`}\n`);
  } catch (error) {
    const cause = (error as { cause?: Error }).cause ?? (error as Error);
    context.err(
      `leeway: no collector answers at ${context.url} (${cause.message}); name another with --url\n`,
    );
  }
  return null;
}

function page(
  context: DeadLettersContext,
  wanted: Wanted,
  limit: number,
  cursor?: string,
): Promise<DeadLetterList | null> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (wanted.class !== undefined) query.set('code', wanted.class);
  if (wanted.stage !== undefined) query.set('stage', wanted.stage);
  if (wanted.source !== undefined) query.set('source', wanted.source);
  if (cursor !== undefined) query.set('cursor', cursor);
  return get(context, `/dead-letters?${query}`, DeadLetterList);
}

function one(context: DeadLettersContext, id: string): Promise<DeadLetter | null> {
  return get(context, `/dead-letters/${encodeURIComponent(id)}`, DeadLetter);
}

function size(bytes: number): string {
  return bytes < 10_240 ? `${bytes} B` : `${Math.round(bytes / 1_024).toLocaleString('en')} KiB`;
}

async function list(
  context: DeadLettersContext,
  wanted: Wanted,
  limit: number,
  json: boolean,
): Promise<number> {
  const found = await page(context, wanted, limit);
  if (!found) return IMPOSSIBLE;
  if (json) {
    context.out(`${JSON.stringify(found)}\n`);
    return DONE;
  }
  if (found.total === 0) {
    context.out('No dead letters.\n');
    return DONE;
  }
  const table = new Table({
    head: ['when', 'id', 'stage', 'class', 'size', 'what is wrong'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'left'],
    chars: NO_LINES,
    style: { head: [], border: [] },
  });
  for (const { id, at, stage, code, bytes, message } of found.dead_letters)
    table.push([
      at.slice(0, 19).replace('T', ' '),
      id,
      stage,
      code,
      size(bytes),
      oneLine(message, MESSAGE_WIDTH),
    ]);
  const shown = found.dead_letters.length;
  const which = shown < found.total ? `the newest ${shown.toLocaleString('en')} of ` : '';
  context.out(
    `${table.toString()}\n${which}${found.total.toLocaleString('en')} dead letters; times are UTC\n`,
  );
  return DONE;
}

async function show(context: DeadLettersContext, id: string, raw: boolean): Promise<number> {
  const letter = await one(context, id);
  if (!letter) return IMPOSSIBLE;
  const payload = Buffer.from(letter.payload, 'base64');
  if (raw) context.out(payload);
  else {
    const facts = {
      id: letter.id,
      when: letter.at,
      from: letter.offset === null ? letter.source : `${letter.source}, offset ${letter.offset}`,
      stage: letter.stage,
      class: letter.code,
      message: letter.message,
      bytes: letter.bytes.toLocaleString('en'),
    };
    for (const [name, value] of Object.entries(facts)) context.out(`${name.padEnd(9)}${printable(value)}\n`);
    context.out(`\n${readable(payload)}\n`);
  }
  return DONE;
}

/** Sends one letter's bytes again. Gives how many events of it were stored, or null when it is still refused. */
async function sendAgain(context: DeadLettersContext, letter: DeadLetter): Promise<number | null> {
  const response = await ask(context, '/events', {
    method: 'POST',
    body: Buffer.from(letter.payload, 'base64'),
    headers: { 'content-type': 'application/json', 'idempotency-key': `dead-letter:${letter.id}` },
  });
  const body: unknown = await response.json();
  const answer = IngestAnswer.safeParse(body);
  if (answer.success && answer.data.rejected_count === 0) return answer.data.accepted;
  const reason = answer.success ? answer.data.rejected[0]?.message : (body as { detail?: string }).detail;
  context.err(`${letter.id}: still refused: ${oneLine(reason ?? `status ${response.status}`, 300)}\n`);
  return null;
}

/**
 * Sends payloads again, each with its letter's id as idempotency key: a replay that is repeated, or interrupted and
 * begun anew, stores nothing twice.
 */
async function replay(
  context: DeadLettersContext,
  ids: readonly string[],
  all: boolean,
  wanted: Wanted,
): Promise<number> {
  if (all === ids.length > 0) {
    context.err('leeway: name the dead letters to replay, or say --all\n');
    return IMPOSSIBLE;
  }
  let [letters, accepted, refused, missing] = [0, 0, 0, 0];
  const take = async (id: string): Promise<void> => {
    const letter = await one(context, id);
    if (!letter) {
      missing++;
      return;
    }
    letters++;
    const stored = await sendAgain(context, letter);
    if (stored === null) refused++;
    else accepted += stored;
  };
  for (const id of ids) await take(id);
  if (all)
    for (let cursor: string | undefined; ; ) {
      const found = await page(context, wanted, PAGE, cursor);
      if (!found) return IMPOSSIBLE;
      for (const { id } of found.dead_letters) await take(id);
      if (found.next === null) break;
      cursor = found.next;
    }
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  context.out(
    `${count(letters, 'letter')} sent again: ${count(accepted, 'event')} stored (or stored before), ${count(refused, 'letter')} still refused\n`,
  );
  if (missing > 0) return IMPOSSIBLE;
  return refused === 0 ? DONE : REFUSED;
}

function whole(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 1 || n > MOST)
    throw new InvalidArgumentError(`It is a number from 1 to ${MOST}.`);
  return n;
}

function filtered(command: Command): Command {
  return command
    .option('--class <class>', 'only of this error class, e.g. ts_in_future')
    .addOption(new Option('--stage <stage>', 'only of this stage').choices(['decode', 'validate', 'store']))
    .option('--source <source>', 'only from this topic, partition (topic:3), or http');
}

/** Adds `leeway dead-letters list|show|replay`. */
export function registerDeadLetters(program: Command, run: (action: Action) => Promise<void>): void {
  const group = program
    .command('dead-letters')
    .description('events that could not be taken: list, show, replay');
  filtered(group.command('list'))
    .description('the newest dead letters')
    .option('--limit <n>', `how many, at most ${MOST}`, whole, 50)
    .option('--json', 'print them as JSON, payloads (their first 12 KiB) in base64')
    .action((options: Wanted & { limit: number; json?: boolean }) =>
      run((context) => list(context, options, options.limit, options.json === true)),
    );
  group
    .command('show')
    .argument('<id>', 'as list prints it')
    .description('one dead letter with its original bytes')
    .option('--raw', 'only what was sent, byte by byte')
    .action((id: string, options: { raw?: boolean }) =>
      run((context) => show(context, id, options.raw === true)),
    );
  filtered(group.command('replay'))
    .argument('[id...]', 'as list prints them')
    .description('send dead letters to the collector again, once what was wrong is mended')
    .option('--all', 'every one (of --class, --stage, --source)')
    .action((ids: string[], options: Wanted & { all?: boolean }) =>
      run((context) => replay(context, ids, options.all === true, options)),
    );
}
