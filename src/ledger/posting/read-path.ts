import type { LockedAccounts } from './locked-accounts.js';
import type { MemoryPath, ReadAfter } from './memory-path.js';
import type { PostBatch } from './post-batch.js';
import type { Waiting } from './waiting.js';

/** What a queue does when one of its batches was read. */
export interface AfterRead {
  /** Commands were found whose accounts somebody else holds. */
  setApart(locked: readonly Waiting[]): void;
  /** All other commands of the batch have their verdicts. */
  ended(): void;
}

/** The long way of a batch: its accounts are locked and read before it is decided, one batch at a time, in order. */
export class ReadPath {
  /** The batch that is being read, and those that wait to be. */
  private batches = 0;
  /** Ends with the last of them. Never rejects. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly postBatch: PostBatch,
    private readonly locked: LockedAccounts,
    private readonly memory: MemoryPath,
    private readonly after: AfterRead,
  ) {}

  get size(): number {
    return this.batches;
  }

  get hasRoom(): boolean {
    return this.batches === 0;
  }

  /** Reads, decides and writes a batch once those before it have ended, and so has `before`. Never rejects. */
  post(batch: readonly Waiting[], { before, skipLocked }: Partial<ReadAfter> = {}): Promise<void> {
    this.memory.forget(batch);
    this.batches += 1;
    this.last = Promise.all([this.last, before]).then(() => this.postNow(batch, skipLocked === true));
    return this.last;
  }

  private async postNow(batch: readonly Waiting[], skipLocked: boolean): Promise<void> {
    try {
      // By now some may be behind others of their account, which were found locked.
      const behind = batch.filter(({ accountId }) => this.locked.has(accountId));
      const free = behind.length === 0 ? batch : batch.filter(({ accountId }) => !this.locked.has(accountId));
      this.after.setApart(behind);
      const { locked } = await this.postBatch.run(free, { skipLocked: skipLocked || !this.locked.isEmpty });
      this.after.setApart(locked);
    } catch (error) {
      for (const item of batch) item.reject(error);
    } finally {
      this.batches -= 1;
      this.memory.waited();
      this.after.ended();
    }
  }
}
