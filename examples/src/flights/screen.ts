/** Where the demo talks to people: standard error, so that standard output holds nothing but the check's JSON. */
export interface Screen {
  say(text: string): void;
}

/** Lines with the seconds since `startedAt` (epoch ms) before them. */
export function screen(startedAt: number): Screen {
  return {
    say: (text) => {
      const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0).padStart(4);
      process.stderr.write(`${seconds} s  ${text.replaceAll('\n', '\n        ')}\n`);
    },
  };
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}
