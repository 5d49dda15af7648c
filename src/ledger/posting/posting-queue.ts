import type { Config } from '../../config/config.js';
import type { Clock } from '../../kernel/clock.js';
import { outsideRequests } from '../../kernel/request-context.js';
import type { Reach } from '../book/extent.js';
import type { CommonMarks } from '../marks/common-marks.js';
import { AccountLines } from './account-lines.js';
import { BookCache } from './book-cache.js';
import type { LedgerCommand } from './decide-commands.js';
import { HeavyPath } from './heavy-path.js';
import type { Lane } from './lanes.js';
import { LockedPath } from './locked-path.js';
import { MemoryPath } from './memory-path.js';
import { refuseBusy, refuseStuck, Underway } from './overdue.js';
import { MAX_BATCH, PostBatch } from './post-batch.js';
import { modeAfter, type QueueEvent, type QueueMode } from './queue-mode.js';
import { ReadPath } from './read-path.js';
import { type Caller, frontOf, type UndecidedItems, Waiting } from './waiting.js';

const WATCH_EVERY_MS = 250;
/** While an account was found locked so lately, none is sent from memory: it might wait for the next one. */
const WARY_MS = 1_000;

/**
 * Group commit in one lane: commands are collected while earlier ones commit, then posted as one transaction. Batches
 * form by themselves, so an idle queue adds no wait. Accounts that were seen lately are decided on from memory, and
 * sent behind the batch before; the others are locked and read first, one batch at a time. Accounts that somebody else
 * holds are set apart, and tried by themselves, and so are those of which more has to be read or done than a batch
 * should carry: nobody waits behind them.
 *
 * All that a queue knows is its own, and any number of queues may post to one database, in one process or in many: the
 * locks of the accounts keep them in order.
 */
export class PostingQueue {
  private mode: QueueMode = 'idle';
  private line: Waiting[] = [];
  private posted = 0;
  private waryUntilMs = 0;
  private readonly locked = new AccountLines();
  private readonly heavy = new AccountLines();
  private readonly underway = new Underway();
  private readonly memoryPath: MemoryPath;
  private readonly readPath: ReadPath;
  private readonly lockedPath: LockedPath;
  private readonly heavyPath: HeavyPath;
  private watch: NodeJS.Timeout | undefined;
  private readonly drains: (() => void)[] = [];

  constructor(
    lane: Lane,
    clock: Clock,
    firstReach: Reach,
    { entryForm }: Pick<Config, 'entryForm'>,
    commonMarks: CommonMarks,
  ) {
    const cache = new BookCache(entryForm, commonMarks);
    const postBatch = new PostBatch(lane, clock, cache, this.underway, firstReach);
    const ended = () => this.ended();
    this.memoryPath = new MemoryPath(lane, clock, cache, this.underway, entryForm);
    this.readPath = new ReadPath(postBatch, this.locked, this.memoryPath, {
      isApart: (accountId) => this.isApart(accountId),
      follow: (items) => this.follow(items),
      setApart: (undecided) => this.setApart(undecided),
      ended,
    });
    const freed = (items: readonly Waiting[]) => this.wait(items);
    this.lockedPath = new LockedPath(postBatch, this.locked, {
      freed,
      heavy: (undecided, others) => this.heavyPath.add(undecided, others),
      ended,
    });
    this.heavyPath = new HeavyPath(postBatch, this.heavy, firstReach, {
      freed,
      locked: (items) => this.setLocked(items),
      ended,
    });
  }

  /** Commands that wait to be taken, without those of accounts that were set apart. */
  get waiting(): number {
    return this.line.length;
  }

  /** Commands of accounts that were set apart. */
  get apart(): number {
    return this.locked.size + this.heavy.size;
  }

  isApart(accountId: string): boolean {
    return this.linesOf(accountId) !== undefined;
  }

  /** See `PostingQueues`. `sinceMs` is when the command came, on the clock of `performance.now`. */
  post(command: LedgerCommand, sinceMs: number, caller: Caller): void {
    this.posted += 1;
    const item = new Waiting(command, this.posted, sinceMs, caller);
    const lines = this.linesOf(item.accountId);
    if (lines === undefined) this.line.push(item);
    else lines.add([item]);
    this.turn('arrived');
  }

  /** Waits until everything that was posted has its verdict. */
  async drained(): Promise<void> {
    if (this.mode === 'idle') return;
    await new Promise<void>((resolve) => this.drains.push(resolve));
  }

  /** Goes into the mode that follows an event, and begins what belongs to it. */
  private turn(event: QueueEvent): void {
    const before = this.mode;
    this.mode = modeAfter(before, event, {
      waiting: this.line.length,
      sent: this.memoryPath.sent,
      reading: this.readPath.size,
      isTrying: this.lockedPath.isTrying || this.heavyPath.isWorking,
    });
    if (this.mode === before && event !== 'taken') return;
    if (before === 'idle') this.watch ??= setInterval(() => this.look(), WATCH_EVERY_MS).unref();
    // One turn of the event loop lets requests that have already arrived join the batch, which then is of none of them.
    if (this.mode === 'gathering') setImmediate(() => outsideRequests(() => this.take()));
    if (this.mode !== 'idle') return;
    this.memoryPath.rest({ isNeeded: false });
    for (const resolve of this.drains.splice(0)) resolve();
  }

  /** Takes what may go now from the front of the queue, as far as one batch. */
  private take(): void {
    const { front, seen } = frontOf(this.line, MAX_BATCH);
    const { remembered, unread } = this.sort(front);
    if (remembered.length > 0 && !this.memoryPath.isOpen) {
      void this.memoryPath.open(() => this.ended());
      this.turn('stopped');
      return;
    }
    const sends = this.memoryPath.hasRoom ? remembered : [];
    const reads = this.readPath.hasRoom ? unread : [];
    const taken = new Set([...sends, ...reads]);
    this.line = [...this.line.slice(0, seen).filter((item) => !taken.has(item)), ...this.line.slice(seen)];
    if (sends.length > 0) void this.send(sends);
    if (reads.length > 0) void this.readPath.post({ batch: reads });
    this.turn(taken.size === 0 && front.length > 0 ? 'stopped' : 'taken');
  }

  /** Which commands can be decided from memory. All commands on one account stay in their order. */
  private sort(items: readonly Waiting[]): { remembered: Waiting[]; unread: Waiting[] } {
    const remembered: Waiting[] = [];
    const unread: Waiting[] = [];
    const unreadAccounts = new Set<string>();
    const isWary = performance.now() < this.waryUntilMs;
    for (const item of items) {
      if (!isWary && !unreadAccounts.has(item.accountId) && this.memoryPath.knows(item.command)) {
        remembered.push(item);
      } else {
        unread.push(item);
        unreadAccounts.add(item.accountId);
      }
    }
    return { remembered, unread };
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    await this.memoryPath.send(batch, (unread) => this.readPath.post(unread));
    this.ended();
  }

  /** The lines in which the commands of an account wait, when they were set apart. */
  private linesOf(accountId: string): AccountLines | undefined {
    if (this.locked.has(accountId)) return this.locked;
    return this.heavy.has(accountId) ? this.heavy : undefined;
  }

  private follow(items: readonly Waiting[]): void {
    for (const item of items) this.linesOf(item.accountId)?.add([item]);
  }

  /** Commands whose accounts are locked or heavy go apart, and so does what waits behind them. */
  private setApart(undecided: UndecidedItems): void {
    this.setLocked(undecided.locked);
    const heavy = new Set([...undecided.behind, ...undecided.short].map(({ accountId }) => accountId));
    if (heavy.size > 0)
      this.heavyPath.add(
        undecided,
        this.cutOut((accountId) => heavy.has(accountId)),
      );
  }

  private setLocked(items: readonly Waiting[]): void {
    if (items.length === 0) return;
    this.waryUntilMs = performance.now() + WARY_MS;
    this.locked.add(items);
    this.locked.add(this.cutOut((accountId) => this.locked.has(accountId)));
    void this.lockedPath.tryAll();
  }

  /** Takes the commands of some accounts out of those that wait. */
  private cutOut(isOf: (accountId: string) => boolean): Waiting[] {
    const out = this.line.filter(({ accountId }) => isOf(accountId));
    if (out.length > 0) this.line = this.line.filter(({ accountId }) => !isOf(accountId));
    return out;
  }

  private wait(items: readonly Waiting[]): void {
    this.line.push(...items);
    this.turn('arrived');
  }

  /** A batch has its verdicts, or something else has ended that commands waited for. */
  private ended(): void {
    this.memoryPath.rest({ isNeeded: this.line.length > 0 });
    this.turn('ended');
  }

  /** Looks for what has waited for too long. */
  private look(): void {
    if (this.mode === 'idle') {
      clearInterval(this.watch);
      this.watch = undefined;
      return;
    }
    refuseBusy(this.locked);
    refuseBusy(this.heavy);
    const { connectingSinceMs } = this.memoryPath;
    this.line = refuseStuck(this.line, { underway: this.underway, connectingSinceMs });
  }
}
