import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Clock } from '../../kernel/clock.js';
import { FirstReach } from '../book/extent.js';
import { QueueFull } from '../ledger.problems.js';
import type { LedgerCommand, StoredAnswer } from './decide-commands.js';
import { Lanes } from './lanes.js';
import { PostingQueue } from './posting-queue.js';
import { type Caller, type Outcome, Outcomes, Refused } from './waiting.js';

/** Commands that may wait. Beyond it the caller is asked to come back: better a clear 503 than a growing queue. */
const MAX_WAITING = 10_000;

/** The queues of this process, one for each lane of accounts. */
@Injectable()
export class PostingQueues implements OnModuleDestroy {
  private readonly queues = new Map<number, PostingQueue>();
  /** Commands whose lane is being asked for. */
  private readonly asking = new Set<Promise<void>>();

  constructor(
    private readonly lanes: Lanes,
    private readonly clock: Clock,
    private readonly firstReach: FirstReach,
    @Inject(CONFIG) private readonly config: Pick<Config, 'entryForm'>,
  ) {}

  /**
   * Posts the command with whatever else is waiting in the lane of its account. Resolves once it is committed; a replay
   * resolves with the stored answer. @throws the command's Problem when it is refused, QueueFull when too many are
   * waiting in all lanes, Busy when the account stays locked elsewhere, DatabaseUnavailable when the database does not
   * answer: the key tells later whether it was written. All within five seconds, but for a queue that is long because
   * much is written.
   */
  post(command: LedgerCommand): Promise<StoredAnswer> {
    return new Promise((accepted, refused) => this.postFor(command, { accepted, refused }));
  }

  /**
   * Posts commands in their order, and resolves with what has become of each. What was refused before it was a command
   * keeps its place.
   */
  postAll(commands: readonly (LedgerCommand | Refused)[]): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const outcomes = new Outcomes(commands.length, resolve);
      for (const [place, command] of commands.entries())
        if (command instanceof Refused) outcomes.note(place, command);
        else this.postFor(command, outcomes.caller(place));
    });
  }

  /** Waits until everything that was posted has its verdict. */
  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled(this.asking);
    await Promise.all([...this.queues.values()].map((queue) => queue.drained()));
  }

  private postFor(command: LedgerCommand, caller: Caller): void {
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
    const queue = new PostingQueue(this.lanes.lane(lane), this.clock, this.firstReach, this.config);
    this.queues.set(lane, queue);
    return queue;
  }
}
