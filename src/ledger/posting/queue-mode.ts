/** A batch smaller than this waits until nothing is on its way: alone it would cost more than it gains. */
export const MIN_BATCH_BEHIND = 32;

/**
 * What a queue is doing, and so what has to happen before it takes the next commands:
 *
 * - `idle`: nothing waits and nothing is on its way.
 * - `gathering`: commands wait, and are taken at the end of this turn of the event loop.
 * - `writing`: batches are on their way. What waits is taken when it is many, or when none is on its way that was sent
 *   from memory.
 * - `blocked`: nothing that waits can go until a batch has ended or a connection is open.
 * - `trying`: only commands of locked and heavy accounts are left; they are worked on apart from the others.
 */
export type QueueMode = 'idle' | 'gathering' | 'writing' | 'blocked' | 'trying';

/**
 * What happens to a queue:
 *
 * - `arrived`: a command was posted, or is free to go because its account is no longer locked.
 * - `taken`: the commands that could go were taken.
 * - `stopped`: they were looked at, and none could go.
 * - `ended`: a batch has its verdicts, a connection is open or could not be opened, or no account is locked any more.
 */
export type QueueEvent = 'arrived' | 'taken' | 'stopped' | 'ended';

/** What a queue has to do. */
export interface QueueLoad {
  /** Commands that wait to be taken, without those of accounts that were set apart. */
  readonly waiting: number;
  /** Batches without a verdict that were sent from memory. */
  readonly sent: number;
  /** Batches without a verdict that are read. */
  readonly reading: number;
  /** Whether there are locked or heavy accounts, whose commands are worked on. */
  readonly isTrying: boolean;
}

/** The mode of a queue after an event. A queue changes its mode by this alone. */
export function modeAfter(
  mode: QueueMode,
  event: QueueEvent,
  { waiting, sent, reading, isTrying }: QueueLoad,
): QueueMode {
  const isTaking = event === 'taken' || event === 'stopped';
  // The commands are going to be taken, whatever comes or ends until then.
  if (mode === 'gathering' && !isTaking) return 'gathering';
  if (event === 'stopped') return 'blocked';
  // A command that arrives behind others that cannot go does not change that, unless these wait for what is read: it
  // may be of an account that is remembered, and nobody waits behind the reading of others.
  if (mode === 'blocked' && event === 'arrived') return sent === 0 && reading > 0 ? 'gathering' : 'blocked';
  if (waiting > 0 && (sent === 0 || waiting >= MIN_BATCH_BEHIND)) return 'gathering';
  if (sent + reading > 0) return 'writing';
  return isTrying ? 'trying' : 'idle';
}
