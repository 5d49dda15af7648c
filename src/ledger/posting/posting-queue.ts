import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { Answer, LedgerCommand } from './decide-commands.js';
import { laneOf } from './lane.js';
import { PostingLane } from './posting-lane.js';

/**
 * Group commit: the commands of this process are posted in batches, a queue for each lane of accounts. Any number of
 * processes may do this at once; the locks of the accounts keep them in order.
 */
@Injectable()
export class PostingQueue implements OnModuleDestroy {
  private readonly lanes = new Map<number, PostingLane>();
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Posts the command in the lane of its account. Resolves once it is committed; a replay resolves with the stored
   * answer. @throws the command's Problem when it is refused, QueueFull when too many are waiting, Busy when the
   * account stays locked elsewhere, DatabaseUnavailable when the database does not answer: the key tells later whether
   * it was written. All within five seconds, but for a queue that is long because much is written.
   */
  post(command: LedgerCommand): Promise<Answer> {
    return this.laneFor(command.needs.accountId).post(command);
  }

  /** Waits until everything that was posted has its verdict. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.drained()));
  }

  private laneFor(accountId: string): PostingLane {
    const name = laneOf(accountId);
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const lane = new PostingLane(this.database, this.clock, this.outside);
    this.lanes.set(name, lane);
    return lane;
  }
}
