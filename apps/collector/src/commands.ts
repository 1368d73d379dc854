import { registerRules } from './alert/cli/rules.js';
import type { CommandGroup } from './cli/context.js';
import { registerDeadLetters } from './ingest/index.js';

/** The commands of all rooms, in the order that `leeway --help` lists them. */
export const commandGroups: readonly CommandGroup[] = [registerRules, registerDeadLetters];
