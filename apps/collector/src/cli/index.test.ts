import { describe, expect, it } from 'vitest';
import { CliError, type CommandGroup } from './context.js';
import { type CliParts, runCli, type ServeFlags } from './index.js';

function program(groups: readonly CommandGroup[] = [], env: CliParts['env'] = {}) {
  const seen = { out: '', err: '', served: [] as ServeFlags[] };
  const parts: CliParts = {
    version: '1.2.3',
    env,
    cwd: '/',
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    signal: new AbortController().signal,
    serve: async (flags) => {
      seen.served.push(flags);
      return 0;
    },
    groups,
  };
  return { seen, run: (...argv: string[]) => runCli(argv, parts) };
}

const failing: CommandGroup = (commands, run) => {
  commands.command('gate').action(() => run(async () => 1));
  commands.command('where').action(() =>
    run(async (context) => {
      context.out(`${context.url} ${context.token}`);
      return 0;
    }),
  );
  commands.command('broken').action(() =>
    run(async () => {
      throw new CliError('the file is a picture');
    }),
  );
};

describe('the leeway program', () => {
  it('serves when no command is named', async () => {
    const { seen, run } = program();
    expect(await run()).toBe(0);
    expect(await run('serve', '--port', '9000', '--role', 'ingest')).toBe(0);
    expect(seen.served).toEqual([{}, { port: '9000', role: 'ingest' }]);
  });

  it("gives a command's exit code", async () => {
    expect(await program([failing]).run('gate')).toBe(1);
  });

  it('reports a foreseen problem without a stack trace and ends with 2', async () => {
    const { seen, run } = program([failing]);
    expect(await run('broken')).toBe(2);
    expect(seen.err).toBe('leeway: the file is a picture\n');
  });

  it('takes the address and token of the collector from the environment or --url', async () => {
    const { seen, run } = program([failing], { LEEWAY_API_TOKEN: 'secret', LEEWAY_URL: 'http://a:1/' });
    await run('where');
    await run('--url', 'http://b:2', 'where');
    expect(seen.out).toBe('http://a:1 secrethttp://b:2 secret');
  });

  it.each([['--nonsense'], ['serve', '--role', 'chief'], ['serve', 'extra', 'words']])(
    'ends with 2 on wrong usage: %s',
    async (...argv) => {
      const { seen, run } = program();
      expect(await run(...argv)).toBe(2);
      expect(seen.err).not.toBe('');
      expect(seen.served).toEqual([]);
    },
  );

  it('prints its version', async () => {
    const { seen, run } = program();
    expect(await run('--version')).toBe(0);
    expect(seen.out).toBe('1.2.3\n');
  });
});
