import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { QueueFull } from './ledger.problems.js';
import { type Answer, type LedgerCommand, postCommands, type Verdict } from './post-commands.js';

/** Commands that may wait. Beyond it the caller is asked to come back: better a clear 503 than a growing queue. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 512;
/** Flushes that may be on their way at once: while one commits, the next is decided. */
const MAX_IN_FLIGHT = 2;

interface Waiting {
  command: LedgerCommand;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * Group commit: commands of this process are collected while earlier ones commit, then posted as one transaction.
 * Batches form by themselves, so an idle service adds no wait. Any number of processes may do this at once; the locks
 * of the accounts keep them in order.
 */
@Injectable()
export class PostingQueue implements OnModuleDestroy {
  private waiting: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Posts the command with whatever else is waiting. Resolves once it is committed; a replay resolves with the stored
   * answer. @throws the command's Problem when it is refused, QueueFull when too many are waiting.
   */
  post(command: LedgerCommand): Promise<Answer> {
    if (this.waiting.length >= MAX_WAITING) return Promise.reject(new QueueFull({ waiting: this.waiting.length }));
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, resolve, reject });
      this.schedule();
    });
  }

  /** Waits until everything accepted into the queue has its verdict. */
  async onModuleDestroy(): Promise<void> {
    if (this.inFlight === 0 && this.waiting.length === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight >= MAX_IN_FLIGHT) return;
    this.scheduled = true;
    // One turn of the event loop lets requests that have already arrived join the first batch.
    setImmediate(() => {
      this.scheduled = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    const batch = this.waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    this.inFlight += 1;
    if (this.waiting.length > 0) this.schedule();
    try {
      await this.settle(batch);
    } finally {
      this.inFlight -= 1;
      if (this.waiting.length > 0) this.schedule();
      else if (this.inFlight === 0) for (const resolve of this.idle.splice(0)) resolve();
    }
  }

  /** A batch that fails as a whole is run again one by one, so that one bad command never fails the others. */
  private async settle(batch: Waiting[]): Promise<void> {
    try {
      const verdicts = await this.database.transaction((tx) =>
        postCommands(
          tx,
          batch.map(({ command }) => command),
          this.clock.now(),
        ),
      );
      for (const [index, item] of batch.entries()) deliver(item, verdicts[index]);
    } catch (error) {
      if (batch.length === 1) for (const item of batch) item.reject(error);
      else for (const item of batch) await this.settle([item]);
    }
  }
}

function deliver(item: Waiting, verdict: Verdict | undefined): void {
  if (verdict === undefined) item.reject(new Error('the batch has no verdict for this command'));
  else if ('answer' in verdict) item.resolve(verdict.answer);
  else item.reject(verdict.refusal);
}
