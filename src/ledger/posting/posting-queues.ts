import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Clock } from '../../kernel/clock.js';
import { FirstReach } from '../book/extent.js';
import { QueueFull } from '../ledger.problems.js';
import { CommonMarks } from '../marks/common-marks.js';
import { Posting } from '../posting.js';
import type { LedgerCommand } from './decide-commands.js';
import { Lanes } from './lanes.js';
import { PostingQueue } from './posting-queue.js';
import type { Caller } from './waiting.js';

/** Commands that may wait. Beyond it the caller is asked to come back: better a clear 503 than a growing queue. */
export const MAX_WAITING = 10_000;

/** The queues of this process, one for each lane of accounts. */
@Injectable()
export class PostingQueues extends Posting implements OnModuleDestroy {
  private readonly queues = new Map<number, PostingQueue>();
  /** Commands whose lane is being asked for. */
  private readonly asking = new Set<Promise<void>>();

  constructor(
    private readonly lanes: Lanes,
    private readonly clock: Clock,
    private readonly firstReach: FirstReach,
    @Inject(CONFIG) private readonly config: Pick<Config, 'entryForm'>,
    private readonly commonMarks: CommonMarks,
  ) {
    super();
  }

  /** Waits until everything that was posted has its verdict. */
  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled(this.asking);
    await Promise.all([...this.queues.values()].map((queue) => queue.drained()));
  }

  /** Posts the command with whatever else is waiting in the lane of its account. */
  postFor(command: LedgerCommand, caller: Caller): void {
    const sinceMs = performance.now();
    const lane = this.lanes.of(command.needs.accountId);
    if (typeof lane === 'number') this.postIn(lane, command, sinceMs, caller);
    else if (this.asking.size >= MAX_WAITING) caller.refused(new QueueFull({ waiting: this.asking.size }));
    else {
      const asked = lane
        .then(
          (known) => this.postIn(known, command, sinceMs, caller),
          (error) => caller.refused(error),
        )
        .finally(() => this.asking.delete(asked));
      this.asking.add(asked);
    }
  }

  private postIn(lane: number, command: LedgerCommand, sinceMs: number, caller: Caller): void {
    const queue = this.queueOf(lane);
    const isApart = queue.isApart(command.needs.accountId);
    let waiting = isApart ? 0 : this.asking.size;
    for (const each of this.queues.values()) waiting += isApart ? each.apart : each.waiting;
    if (waiting >= MAX_WAITING) caller.refused(new QueueFull({ waiting }));
    else queue.post(command, sinceMs, caller);
  }

  private queueOf(lane: number): PostingQueue {
    const known = this.queues.get(lane);
    if (known !== undefined) return known;
    const queue = new PostingQueue(this.lanes.lane(lane), this.clock, this.firstReach, this.config, this.commonMarks);
    this.queues.set(lane, queue);
    return queue;
  }
}
