import { registerRules } from './alert/cli/rules.js';
import { registerBaselines } from './baseline/cli/baselines.js';
import { registerCompare } from './baseline/cli/compare.js';
import type { CommandGroup } from './cli/context.js';
import { registerStorage } from './cli/storage.js';
import { registerVerify } from './cli/verify.js';
import { registerDeadLetters } from './ingest/cli/dead-letters.js';
import { openPairThreads } from './pair-threads.js';
import { openFileReaders } from './store/samples/open-file-engine.js';

/** Memory that the engine may take while two files are compared. */
const COMPARE_MEMORY_MIB = 1_024;

/** The commands of all rooms, in the order that `leeway --help` lists them. */
export const commandGroups: readonly CommandGroup[] = [
  registerBaselines,
  registerCompare({ openReaders: () => openFileReaders(COMPARE_MEMORY_MIB), openThreads: openPairThreads }),
  registerRules,
  registerDeadLetters,
  registerVerify,
  registerStorage,
];
