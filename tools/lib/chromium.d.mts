/** Path of a Chromium on this machine, or null. `CHROMIUM_PATH` names one in another place. */
export function findChromium(env?: NodeJS.ProcessEnv): string | null;
/** Finds Chromium, or installs Debian's as root. Throws with what to do when neither is possible. */
export function needChromium(say: (text: string) => void): Promise<string>;
