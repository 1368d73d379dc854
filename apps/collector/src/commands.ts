import type { CommandGroup } from './cli/context.js';

/** Memory that the engine may take while two files are compared. */
const COMPARE_MEMORY_MIB = 1_024;

/**
 * The commands of all rooms, in the order that `leeway --help` lists them. `leeway compare` starts with its own only: it
 * reads files for a second or so, and loading the others would take a good part of that.
 */
export async function commandGroups(argv: readonly string[]): Promise<readonly CommandGroup[]> {
  const compare = await compareGroup();
  if (argv[0] === 'compare') return [compare];
  const [baselines, rules, deadLetters, verify, storage] = await Promise.all([
    import('./baseline/cli/baselines.js'),
    import('./alert/cli/rules.js'),
    import('./ingest/cli/dead-letters.js'),
    import('./cli/verify.js'),
    import('./cli/storage.js'),
  ]);
  return [
    baselines.registerBaselines,
    compare,
    rules.registerRules,
    deadLetters.registerDeadLetters,
    verify.registerVerify,
    storage.registerStorage,
  ];
}

async function compareGroup(): Promise<CommandGroup> {
  const [{ registerCompare }, { openPairThreads }] = await Promise.all([
    import('./baseline/cli/compare.js'),
    import('./pair-threads.js'),
  ]);
  return registerCompare({
    async openReaders() {
      const { openFileReaders } = await import('./store/samples/open-file-engine.js');
      return openFileReaders(COMPARE_MEMORY_MIB);
    },
    openThreads: openPairThreads,
  });
}
