import { type DeadLetter, DeadLetterList, IngestAnswer } from '@leeway/contract';
import Table from 'cli-table3';
import type { Command } from 'commander';

/** What the commands need of the program; the cli room's context has it. */
export interface DeadLettersContext {
  url: string;
  token: string | undefined;
  signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

interface Letters {
  dead_letters: DeadLetter[];
  total: number;
}

type Action = (context: DeadLettersContext) => Promise<number>;

const MOST = 1_000;
const DONE = 0;
const REFUSED = 1;
const IMPOSSIBLE = 2;

async function ask(context: DeadLettersContext, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (context.token !== undefined) headers.set('authorization', `Bearer ${context.token}`);
  return fetch(`${context.url}/api/v1${path}`, { ...init, headers, signal: context.signal });
}

/** The newest dead letters, or null after saying why they can't be had. */
async function fetchLetters(context: DeadLettersContext, limit: number): Promise<Letters | null> {
  try {
    const response = await ask(context, `/dead-letters?limit=${limit}`);
    const body: unknown = await response.json();
    if (response.ok) return DeadLetterList.parse(body);
    context.err(`The collector answers ${response.status}: ${(body as { detail?: string }).detail ?? ''}\n`);
  } catch (error) {
    context.err(`The collector at ${context.url} does not answer: ${(error as Error).message}\n`);
  }
  return null;
}

function place(letter: DeadLetter): string {
  return letter.offset === null ? letter.source : `${letter.source} @ ${letter.offset}`;
}

async function list(context: DeadLettersContext, limit: number, json: boolean): Promise<number> {
  const found = await fetchLetters(context, limit);
  if (!found) return IMPOSSIBLE;
  if (json) {
    context.out(`${JSON.stringify(found)}\n`);
    return DONE;
  }
  const table = new Table({
    head: ['id', 'when', 'from', 'stage', 'class', 'message'],
    style: { head: [], border: [] },
  });
  for (const letter of found.dead_letters)
    table.push([letter.id, letter.at, place(letter), letter.stage, letter.code, letter.message.slice(0, 80)]);
  context.out(`${table.toString()}\n${found.dead_letters.length} of ${found.total} dead letters\n`);
  return DONE;
}

async function findLetter(context: DeadLettersContext, id: string): Promise<DeadLetter | null> {
  const found = await fetchLetters(context, MOST);
  const letter = found?.dead_letters.find((candidate) => candidate.id === id) ?? null;
  if (found && !letter) context.err(`There is no dead letter ${id} among the newest ${MOST}.\n`);
  return letter;
}

async function show(context: DeadLettersContext, id: string, raw: boolean): Promise<number> {
  const letter = await findLetter(context, id);
  if (!letter) return IMPOSSIBLE;
  const payload = Buffer.from(letter.payload, 'base64');
  if (raw) context.out(payload.toString('utf8'));
  else
    context.out(
      `id       ${letter.id}\nwhen     ${letter.at}\nfrom     ${place(letter)}\nstage    ${letter.stage}\n` +
        `class    ${letter.code}\nmessage  ${letter.message}\nbytes    ${payload.length}\n\n${payload.toString('utf8')}\n`,
    );
  return DONE;
}

/**
 * Sends payloads again, each with its letter's id as idempotency key: a replay that is repeated, or interrupted and
 * begun anew, stores nothing twice.
 */
async function replay(context: DeadLettersContext, ids: readonly string[], all: boolean): Promise<number> {
  if (!all && ids.length === 0) {
    context.err('Name the dead letters to replay, or say --all.\n');
    return IMPOSSIBLE;
  }
  const found = await fetchLetters(context, MOST);
  if (!found) return IMPOSSIBLE;
  const wanted = new Set(ids);
  const letters = found.dead_letters.filter((letter) => all || wanted.has(letter.id));
  let [accepted, refused] = [0, 0];
  for (const letter of letters) {
    const response = await ask(context, '/events', {
      method: 'POST',
      body: Buffer.from(letter.payload, 'base64'),
      headers: { 'content-type': 'application/json', 'idempotency-key': `dead-letter:${letter.id}` },
    });
    const answer = IngestAnswer.safeParse(await response.json());
    if (answer.success && answer.data.accepted > 0) accepted += answer.data.accepted;
    const [reason] = answer.success ? answer.data.rejected : [];
    if (!answer.success || answer.data.rejected_count > 0) {
      refused++;
      context.err(
        `${letter.id}: still refused${reason ? `: ${reason.message}` : ` (status ${response.status})`}\n`,
      );
    }
  }
  context.out(`${letters.length} replayed: ${accepted} events stored, ${refused} letters still refused\n`);
  return refused === 0 && letters.length > 0 ? DONE : REFUSED;
}

/** Adds `leeway dead-letters list|show|replay`. */
export function registerDeadLetters(program: Command, run: (action: Action) => Promise<void>): void {
  const group = program
    .command('dead-letters')
    .description('events that could not be taken: list, show, replay');
  group
    .command('list')
    .description('the newest dead letters')
    .option('--limit <n>', 'how many', '100')
    .option('--json', 'print them as JSON, payloads in base64')
    .action((options: { limit: string; json?: boolean }) =>
      run((context) =>
        list(context, Math.min(MOST, Math.max(1, Number(options.limit) || 100)), options.json === true),
      ),
    );
  group
    .command('show')
    .argument('<id>', 'as list prints it')
    .description('one dead letter with its original bytes')
    .option('--raw', 'only what was sent')
    .action((id: string, options: { raw?: boolean }) =>
      run((context) => show(context, id, options.raw === true)),
    );
  group
    .command('replay')
    .argument('[id...]', 'as list prints them')
    .description('send dead letters to the collector again, once what was wrong is mended')
    .option('--all', `the newest ${MOST}`)
    .action((ids: string[], options: { all?: boolean }) =>
      run((context) => replay(context, ids, options.all === true)),
    );
}
