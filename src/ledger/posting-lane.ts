import { type Database, LOCK_TIMEOUT_MS } from '../database/database.js';
import { isLockTimeout } from '../database/sql-state.js';
import { Busy } from '../http/http.problems.js';
import type { Clock } from '../kernel/clock.js';
import { type Answer, decideCommands, type LedgerCommand, type Verdict } from './decide-commands.js';
import { QueueFull } from './ledger.problems.js';

/** Commands that may wait. Beyond it the caller is asked to come back: better a clear 503 than a growing queue. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 512;
/**
 * Flushes of a lane that may be on their way at once. A second one would wait for the rows of the first and halve the
 * batches: measured, it is slower on one hot account and no faster over many.
 */
const MAX_IN_FLIGHT = 1;
/** How long a whole batch waits for one account that somebody else holds. */
const BATCH_LOCK_TIMEOUT_MS = 250;

interface Waiting {
  command: LedgerCommand;
  /** When it came, on the clock of `performance.now`. */
  sinceMs: number;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * The queue of one lane: commands are collected while earlier ones commit, then posted as one transaction. Batches form
 * by themselves, so an idle lane adds no wait.
 */
export class PostingLane {
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
      this.waiting.push({ command, sinceMs: performance.now(), resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when everything that was posted has its verdict. */
  async drained(): Promise<void> {
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

  /**
   * Posts a batch. When the row of one account stays locked elsewhere, its commands go back to the front of the queue
   * and the others go on. A batch that fails as a whole for another reason is run again one by one, so that one bad
   * command never fails the others.
   */
  private async settle(batch: readonly Waiting[], { skipLocked = false } = {}): Promise<void> {
    const commands = batch.map(({ command }) => command);
    try {
      const { verdicts } = await this.database.batch(
        (tx) => decideCommands(tx, commands, this.clock.now(), { skipLocked }),
        { lockTimeoutMs: BATCH_LOCK_TIMEOUT_MS },
      );
      this.deliver(batch, verdicts);
    } catch (error) {
      if (isLockTimeout(error) && !skipLocked) await this.settle(batch, { skipLocked: true });
      else if (batch.length > 1) for (const item of batch) await this.settle([item], { skipLocked });
      else for (const item of batch) item.reject(error);
    }
  }

  private deliver(batch: readonly Waiting[], verdicts: readonly Verdict[]): void {
    const locked: Waiting[] = [];
    for (const [index, item] of batch.entries()) {
      const verdict = verdicts[index];
      if (verdict === undefined) item.reject(new Error('the batch has no verdict for this command'));
      else if (verdict === 'locked') locked.push(item);
      else if ('answer' in verdict) item.resolve(verdict.answer);
      else item.reject(verdict.refusal);
    }
    const patient = locked.filter((item) => performance.now() - item.sinceMs < LOCK_TIMEOUT_MS);
    for (const item of locked) if (!patient.includes(item)) item.reject(new Busy());
    this.waiting.unshift(...patient);
  }
}
