import type { AccountLines } from './account-lines.js';
import { refuseBusy } from './overdue.js';
import { MAX_BATCH, type PostBatch, type PostedBatch } from './post-batch.js';
import type { UndecidedItems, Waiting } from './waiting.js';

/** What a queue does when locked accounts were tried. */
export interface AfterTry {
  /** An account is no longer locked; these of its commands are left. */
  freed(items: readonly Waiting[]): void;
  /** An account is not locked, but heavy: these of its commands are undecided, the others wait behind them. */
  heavy(undecided: UndecidedItems, others: readonly Waiting[]): void;
  /** No account is locked any more. */
  ended(): void;
}

/** The way of commands whose accounts somebody else holds: they are tried apart, so that nobody waits behind them. */
export class LockedPath {
  private state: 'resting' | 'trying' = 'resting';

  constructor(
    private readonly postBatch: PostBatch,
    private readonly locked: AccountLines,
    private readonly after: AfterTry,
  ) {}

  get isTrying(): boolean {
    return this.state === 'trying';
  }

  /**
   * Tries locked accounts for as long as there are any, one try at a time: all of them without waiting, then one that
   * waits its turn for the lock. Where something else is locked, which fails them together, fewer are tried at once, so
   * that those which can go do. Does nothing while they are being tried.
   */
  async tryAll(): Promise<void> {
    if (this.state === 'trying') return;
    this.state = 'trying';
    let most = MAX_BATCH;
    while (!this.locked.isEmpty) {
      if (this.locked.accounts > 1) {
        const { isJammed } = await this.tryTaken(this.locked.take(most), { skipLocked: true });
        most = isJammed ? Math.max(1, most >> 1) : Math.min(MAX_BATCH, most * 2);
      }
      await this.tryTaken(this.locked.take(MAX_BATCH, 1), { skipLocked: false });
    }
    this.state = 'resting';
    this.after.ended();
  }

  private async tryTaken(
    { items, accountIds }: { items: readonly Waiting[]; accountIds: readonly string[] },
    how: { skipLocked: boolean },
  ): Promise<PostedBatch> {
    const posted = await this.postBatch.run(items, how);
    const { locked, behind, short } = posted.undecided;
    const still = new Set(locked.map(({ accountId }) => accountId));
    const heavy = new Set([...behind, ...short].map(({ accountId }) => accountId));
    this.locked.add(locked);
    refuseBusy(this.locked);
    const free = accountIds.filter((accountId) => !still.has(accountId));
    const left = free.flatMap((accountId) => this.locked.free(accountId));
    if (heavy.size > 0)
      this.after.heavy(
        posted.undecided,
        left.filter(({ accountId }) => heavy.has(accountId)),
      );
    this.after.freed(left.filter(({ accountId }) => !heavy.has(accountId)));
    return posted;
  }
}
