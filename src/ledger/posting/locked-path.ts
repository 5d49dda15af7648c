import type { LockedAccounts } from './locked-accounts.js';
import { refuseBusy } from './overdue.js';
import { MAX_BATCH, type PostBatch, type PostedBatch } from './post-batch.js';
import type { Waiting } from './waiting.js';

/** What a queue does when locked accounts were tried. */
export interface AfterTry {
  /** An account is no longer locked; these of its commands are left. */
  freed(items: readonly Waiting[]): void;
  /** No account is locked any more. */
  ended(): void;
}

/** The way of commands whose accounts somebody else holds: they are tried apart, so that nobody waits behind them. */
export class LockedPath {
  private state: 'resting' | 'trying' = 'resting';

  constructor(
    private readonly postBatch: PostBatch,
    private readonly locked: LockedAccounts,
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
    const still = new Set(posted.locked.map(({ accountId }) => accountId));
    this.locked.add(posted.locked);
    refuseBusy(this.locked);
    const free = accountIds.filter((accountId) => !still.has(accountId));
    this.after.freed(free.flatMap((accountId) => this.locked.free(accountId)));
    return posted;
  }
}
