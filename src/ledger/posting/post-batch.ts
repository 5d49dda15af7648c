import { isConnectionFault } from '../../database/connection-fault.js';
import { isLockTimeout, isUnavailable } from '../../database/sql-state.js';
import type { Clock } from '../../kernel/clock.js';
import type { Reach } from '../book/extent.js';
import type { BookCache } from './book-cache.js';
import { decideCommands } from './decide-commands.js';
import type { Lane } from './lanes.js';
import type { Underway } from './overdue.js';
import { deliver, NONE_UNDECIDED, type UndecidedItems, type Waiting } from './waiting.js';

/** Commands of one batch. */
export const MAX_BATCH = 512;
/** How long a whole batch waits for what somebody else holds, an account or a table. */
export const BATCH_LOCK_TIMEOUT_MS = 250;

/** What became of a batch whose other commands all have their verdicts. */
export interface PostedBatch {
  /** Nothing was decided on these. Locked are those, too, that need what all need and somebody else holds. */
  readonly undecided: UndecidedItems;
  /** Something else than an account was locked: a table, or a row that no process of the service should hold. */
  readonly isJammed: boolean;
}

const ALL_HEARD: PostedBatch = { undecided: NONE_UNDECIDED, isJammed: false };

/** How a batch is posted. */
export interface PostOptions {
  readonly skipLocked: boolean;
  /** How much is read of an account; absent for as much as an ordinary one has. */
  readonly reach?: Reach;
}

/** Reads, decides and writes batches, each in one transaction. */
export class PostBatch {
  constructor(
    private readonly lane: Lane,
    private readonly clock: Clock,
    private readonly cache: BookCache,
    private readonly underway: Underway,
    private readonly firstReach: Reach,
  ) {}

  /**
   * Gives every command its verdict, but for those whose accounts are locked (with `skipLocked` they are left out at
   * once, else after a wait), and for those of accounts of which more has to be read than one batch reads. A batch that
   * fails as a whole is halved until the command that fails it is alone, so that it never fails the others; but when it
   * is the server that fails, all hear of it. Never rejects.
   */
  async run(batch: readonly Waiting[], how: PostOptions): Promise<PostedBatch> {
    return this.attempt(batch, how, false);
  }

  private async attempt(batch: readonly Waiting[], how: PostOptions, isRepeated: boolean): Promise<PostedBatch> {
    const open = batch.filter((item) => !item.isAnswered);
    if (open.length === 0) return ALL_HEARD;
    this.underway.begin(open);
    let failure: unknown;
    try {
      return await this.post(open, how);
    } catch (error) {
      failure = error;
    } finally {
      this.underway.end(open);
    }
    if (isLockTimeout(failure)) {
      if (how.skipLocked) return { undecided: { ...NONE_UNDECIDED, locked: open }, isJammed: true };
      return isOfOneAccount(open)
        ? { undecided: { ...NONE_UNDECIDED, locked: open }, isJammed: false }
        : this.attempt(open, { ...how, skipLocked: true }, isRepeated);
    }
    if (isOfServer(failure) || open.length > 1) this.lane.doubt(open.map(({ accountId }) => accountId));
    if (isOfServer(failure)) {
      for (const item of open) item.isInDoubt = true;
      // A connection that was cut is replaced by another.
      if (!isRepeated) return this.attempt(open, how, true);
      return rejectAll(open, failure);
    }
    if (open.length === 1) return rejectAll(open, failure);
    const middle = open.length >> 1;
    const first = await this.attempt(open.slice(0, middle), how, isRepeated);
    const second = await this.attempt(open.slice(middle), how, isRepeated);
    return {
      undecided: {
        locked: [...first.undecided.locked, ...second.undecided.locked],
        behind: [...first.undecided.behind, ...second.undecided.behind],
        short: [...first.undecided.short, ...second.undecided.short],
      },
      isJammed: first.isJammed || second.isJammed,
    };
  }

  private async post(
    batch: readonly Waiting[],
    { skipLocked, reach = this.firstReach }: PostOptions,
  ): Promise<PostedBatch> {
    const commands = batch.map(({ command }) => command);
    const { form, commonMarks } = this.cache;
    const { verdicts, books } = await this.lane.batches.run(
      (tx) => decideCommands(tx, commands, this.clock.now(), { form, reach, skipLocked, commonMarks }),
      { lockTimeoutMs: BATCH_LOCK_TIMEOUT_MS },
    );
    for (const book of books) this.cache.keep(book);
    return { undecided: deliver(batch, verdicts), isJammed: false };
  }
}

/** Whether the server failed, or the way to it: then nobody knows what became of what it was sent. */
export function isOfServer(failure: unknown): boolean {
  return isUnavailable(failure) || isConnectionFault(failure);
}

function isOfOneAccount(batch: readonly Waiting[]): boolean {
  return batch.every(({ accountId }) => accountId === batch[0]?.accountId);
}

function rejectAll(batch: readonly Waiting[], reason: unknown): PostedBatch {
  for (const item of batch) item.reject(reason);
  return ALL_HEARD;
}
