import type { AccountLines } from './account-lines.js';
import type { MemoryPath, Unread } from './memory-path.js';
import type { PostBatch } from './post-batch.js';
import type { UndecidedItems, Waiting } from './waiting.js';

/** What a queue does when one of its batches was read. */
export interface AfterRead {
  /** Whether the commands of an account go another way by now. */
  isApart(accountId: string): boolean;
  /** Commands behind others of their account that were set apart. */
  follow(items: readonly Waiting[]): void;
  /** Nothing was decided on these: somebody else holds their accounts, or these are heavy. */
  setApart(undecided: UndecidedItems): void;
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
    private readonly locked: Pick<AccountLines, 'isEmpty'>,
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
  post({ batch, before }: Pick<Unread, 'batch'> & Partial<Unread>): Promise<void> {
    this.memory.forget(batch);
    this.batches += 1;
    this.last = Promise.all([this.last, before]).then(([, then]) =>
      this.postNow(then?.batch ?? batch, then?.skipLocked === true),
    );
    return this.last;
  }

  private async postNow(batch: readonly Waiting[], skipLocked: boolean): Promise<void> {
    try {
      // By now some may be behind others of their account, which were set apart.
      const free = batch.filter(({ accountId }) => !this.after.isApart(accountId));
      if (free.length < batch.length) this.after.follow(batch.filter(({ accountId }) => this.after.isApart(accountId)));
      const { undecided } = await this.postBatch.run(free, { skipLocked: skipLocked || !this.locked.isEmpty });
      this.after.setApart(undecided);
    } catch (error) {
      for (const item of batch) item.reject(error);
    } finally {
      this.batches -= 1;
      this.memory.waited();
      this.after.ended();
    }
  }
}
