import { furtherThan, type Reach } from '../book/extent.js';
import type { AccountLines } from './account-lines.js';
import { refuseBusy } from './overdue.js';
import { MAX_BATCH, type PostBatch } from './post-batch.js';
import type { UndecidedItems, Waiting } from './waiting.js';

/** What a queue does when something was done on a heavy account. */
export interface AfterStep {
  /** These are no longer for this way: the account is free to be posted to with all others. */
  freed(items: readonly Waiting[]): void;
  /** Somebody else holds the account. */
  locked(items: readonly Waiting[]): void;
  /** No account is heavy any more. */
  ended(): void;
}

/**
 * The way of commands on accounts of which more has to be read, or more is due, than a batch should carry: one account
 * after the other, in steps of bounded size, each a transaction of its own, so that nobody waits behind them.
 */
export class HeavyPath {
  private state: 'resting' | 'working' = 'resting';
  /** How much of an account is read next, where the first is known not to be enough. */
  private readonly reaches = new Map<string, Reach>();

  constructor(
    private readonly postBatch: PostBatch,
    private readonly heavy: AccountLines,
    private readonly firstReach: Reach,
    private readonly after: AfterStep,
  ) {}

  get isWorking(): boolean {
    return this.state === 'working';
  }

  /** Takes commands that a batch left undecided, and what waits behind them. */
  add({ behind, short }: UndecidedItems, others: readonly Waiting[]): void {
    for (const { accountId } of short) this.reaches.set(accountId, furtherThan(this.firstReach));
    this.heavy.add([...behind, ...short, ...others]);
    void this.workAll();
  }

  private async workAll(): Promise<void> {
    if (this.state === 'working') return;
    this.state = 'working';
    while (!this.heavy.isEmpty) await this.step();
    this.state = 'resting';
    this.after.ended();
  }

  /** Posts to the account that was longest not posted to, as far as its commands can be decided on what is read. */
  private async step(): Promise<void> {
    const { items, accountIds } = this.heavy.take(MAX_BATCH, 1);
    const [accountId = ''] = accountIds;
    const reach = this.reaches.get(accountId) ?? this.firstReach;
    const { undecided } = await this.postBatch.run(items, { skipLocked: true, reach });
    if (undecided.short.length > 0) this.reaches.set(accountId, furtherThan(reach));
    this.heavy.add([...undecided.behind, ...undecided.short]);
    refuseBusy(this.heavy);
    if (undecided.locked.length > 0) this.after.locked([...undecided.locked, ...this.leave(accountId)]);
    else if (undecided.behind.length + undecided.short.length === 0) this.after.freed(this.leave(accountId));
  }

  private leave(accountId: string): Waiting[] {
    this.reaches.delete(accountId);
    return this.heavy.free(accountId);
  }
}
