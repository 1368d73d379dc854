/** How often the group is told that this member lives while it waits for something, ms. */
const HEARTBEAT_MS = 1_000;
/** Errors that make kafkajs join the group again. */
const REBALANCES = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);

/** True for errors after which everything is read again from the committed position. */
export function isRebalance(error: unknown): boolean {
  return error instanceof Error && 'type' in error && REBALANCES.has(String(error.type));
}

/** Does work and keeps the group membership alive meanwhile; throws when the group is rebalancing. */
export async function beating<T>(
  member: { heartbeat(): Promise<void> },
  begin: () => Promise<T>,
): Promise<T> {
  const work = begin();
  let over = false;
  const end = () => {
    over = true;
  };
  const settled = work.then(end, end);
  while (!over) {
    let timer: NodeJS.Timeout | undefined;
    const beat = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, HEARTBEAT_MS);
    });
    await Promise.race([settled, beat]);
    clearTimeout(timer);
    if (!over) await member.heartbeat();
  }
  return work;
}
