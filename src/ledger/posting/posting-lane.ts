import type { Database, Pipeline } from '../../database/database.js';
import { isLockTimeout } from '../../database/sql-state.js';
import { Busy, DatabaseUnavailable } from '../../http/problems/http.problems.js';
import type { Clock } from '../../kernel/clock.js';
import type { Book } from '../book/book.js';
import type { Needs } from '../book/read-books.js';
import { QueueFull } from '../ledger.problems.js';
import { BookCache } from './book-cache.js';
import { CacheBackoff } from './cache-backoff.js';
import { type Answer, decideUnread, type LedgerCommand, type Verdict } from './decide-commands.js';
import { LockedAccounts } from './locked-accounts.js';
import { BATCH_LOCK_TIMEOUT_MS, isOfServer, PostBatch, type PostedBatch } from './post-batch.js';
import { Waiting } from './waiting.js';

/** Commands that may wait. Beyond it the caller is asked to come back: better a clear 503 than a growing queue. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 512;
/** Batches of remembered accounts that may be on their way at once: one is decided while the other commits. */
const MAX_SENT = 2;
/** A batch smaller than this waits until nothing is on its way: alone it would cost more than it gains. */
const MIN_BATCH_BEHIND = 32;

const WATCH_EVERY_MS = 250;
/**
 * How long a command waits for an account that somebody else holds. With the rest of its way, its caller hears in 5 s.
 */
const PATIENCE_MS = 4_000;
/** How long a command that is on its way may have waited in all: after it nobody knows whether it will be written. */
const GIVE_UP_AFTER_MS = 4_500;
/** A batch that is on its way for longer does not merely take its time. */
const STUCK_AFTER_MS = 1_000;

/** What a batch that was decided from memory met, where it was not written. */
type Unsent = 'locked' | 'wrong';

/**
 * The queue of one lane: commands are collected while earlier ones commit, then posted as one transaction. Batches form
 * by themselves, so an idle lane adds no wait. Accounts that were seen lately are decided upon from memory, and sent
 * behind the batch before; the others are locked and read first, one batch at a time. Accounts that somebody else holds
 * are set apart, and tried by themselves, so that nobody waits behind them.
 */
export class PostingLane {
  private waiting: Waiting[] = [];
  private posted = 0;
  private scheduled = false;
  private readonly cache = new BookCache();
  private readonly backoff = new CacheBackoff();
  private readonly locked = new LockedAccounts();
  private isTryingLocked = false;
  private pipeline: Pipeline | undefined;
  /** Since when a connection is waited for. */
  private connectingSinceMs: number | undefined;
  private sent = 0;
  /** Ends when the batch that was sent last is written, or is not. */
  private lastSent: Promise<unknown> = Promise.resolve();
  /** The batch that is being read or waits to be, and those behind it. */
  private reading: Promise<void> = Promise.resolve();
  private read = 0;
  /** Nothing of what waits can go before a batch has landed. */
  private stuck = false;
  private idle: (() => void)[] = [];
  private watch: NodeJS.Timeout | undefined;
  private readonly underway = new Map<readonly Waiting[], number>();
  private readonly postBatch: PostBatch;

  /** `outside` runs what belongs to no request: a batch serves many. */
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly outside: (work: () => void) => void,
  ) {
    this.postBatch = new PostBatch(database, clock, this.cache, this.underway);
  }

  /**
   * Posts the command with whatever else is waiting. Resolves once it is committed; a replay resolves with the stored
   * answer. @throws the command's Problem when it is refused, QueueFull when too many are waiting, Busy when its
   * account stays locked elsewhere, DatabaseUnavailable when the database does not answer.
   */
  post(command: LedgerCommand): Promise<Answer> {
    const isLocked = !this.locked.isEmpty && this.locked.has(command.needs.accountId);
    const waiting = isLocked ? this.locked.size : this.waiting.length;
    if (waiting >= MAX_WAITING) return Promise.reject(new QueueFull({ waiting }));
    return new Promise((resolve, reject) => {
      this.posted += 1;
      const item = new Waiting(command, this.posted, performance.now(), resolve, reject);
      if (isLocked) this.locked.add([item]);
      else this.waiting.push(item);
      this.schedule();
    });
  }

  /** Resolves when everything that was posted has its verdict. */
  async drained(): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private get inFlight(): number {
    return this.sent + this.read;
  }

  private get isIdle(): boolean {
    return this.inFlight === 0 && this.waiting.length === 0 && this.locked.isEmpty && !this.isTryingLocked;
  }

  private schedule(): void {
    this.watch ??= setInterval(() => this.look(), WATCH_EVERY_MS).unref();
    if (this.scheduled || this.stuck || this.waiting.length === 0) return;
    if (this.inFlight > 0 && this.waiting.length < MIN_BATCH_BEHIND) return;
    this.scheduled = true;
    // One turn of the event loop lets requests that have already arrived join the first batch.
    setImmediate(() => {
      this.scheduled = false;
      this.outside(() => void this.flush());
    });
  }

  /** Takes what may go now from the front of the queue, as far as one batch. */
  private async flush(): Promise<void> {
    const front = this.waiting.slice(0, MAX_BATCH);
    const { remembered, unread } = this.sort(front);
    const { pipeline } = this;
    if (remembered.length > 0 && pipeline === undefined) return this.connect();
    const sends = pipeline !== undefined && this.sent < MAX_SENT ? remembered : [];
    const reads = this.read === 0 ? unread : [];
    const taken = new Set([...sends, ...reads]);
    this.waiting = [...front.filter((item) => !taken.has(item)), ...this.waiting.slice(MAX_BATCH)];
    if (pipeline !== undefined && sends.length > 0) void this.send(sends, pipeline);
    if (reads.length > 0) void this.readNext(reads);
    this.stuck = taken.size === 0 && this.inFlight > 0;
    this.schedule();
  }

  /** Which commands can be decided from memory. All commands on one account stay in their order. */
  private sort(items: readonly Waiting[]) {
    const remembered: Waiting[] = [];
    const unread: Waiting[] = [];
    const unreadAccounts = new Set<string>();
    for (const item of items) {
      const { accountId } = item.command.needs;
      if (!unreadAccounts.has(accountId) && this.isRemembered(item.command)) {
        remembered.push(item);
      } else {
        unread.push(item);
        unreadAccounts.add(accountId);
      }
    }
    return { remembered, unread };
  }

  /** While accounts are locked none is: what is sent from memory would wait for the next one that is. */
  private isRemembered({ needs, idempotency }: LedgerCommand): boolean {
    return (
      idempotency !== undefined &&
      isOnlyAccount(needs) &&
      this.backoff.isThere &&
      this.locked.isEmpty &&
      this.cache.has(needs.accountId)
    );
  }

  /**
   * Decides a batch from memory and sends it behind the one before. What it was decided upon is compared by the
   * statements that write it; when one of them fails, for whatever reason, nothing was written, and the batch is read
   * and decided again. So is the batch behind it, if it builds on what was not written.
   */
  private async send(batch: readonly Waiting[], pipeline: Pipeline): Promise<void> {
    this.sent += 1;
    const before = this.lastSent;
    const sending = this.trySend(batch, pipeline);
    this.lastSent = sending;
    this.underway.set(batch, performance.now());
    try {
      const verdicts = await sending;
      this.underway.delete(batch);
      if (typeof verdicts === 'string') await this.readNext(batch, { before, skipLocked: verdicts === 'locked' });
      else for (const [index, item] of batch.entries()) deliver(item, verdicts[index]);
    } finally {
      this.sent -= 1;
      this.landed();
    }
  }

  /** The verdicts, or why the batch has to be read. Never rejects. */
  private async trySend(batch: readonly Waiting[], pipeline: Pipeline): Promise<Verdict[] | Unsent> {
    const now = this.clock.now();
    const books = new Map<string, Book>();
    for (const { command } of batch) {
      const { accountId } = command.needs;
      const book = books.get(accountId) ?? this.cache.open(accountId, now);
      if (book !== undefined) books.set(accountId, book);
    }
    const forget = () => {
      for (const accountId of books.keys()) this.cache.forget(accountId);
    };
    forget();
    let unsent: Unsent = 'wrong';
    try {
      const commands = batch.map(({ command }) => command);
      const decided = decideUnread(commands, books, now);
      if (decided !== undefined) {
        for (const book of decided.books) this.cache.keep(book);
        await pipeline.send(decided.writes, { lockTimeoutMs: BATCH_LOCK_TIMEOUT_MS });
        this.backoff.gain();
        return decided.verdicts;
      }
    } catch (error) {
      if (isLockTimeout(error)) unsent = 'locked';
      if (isOfServer(error)) for (const item of batch) item.isInDoubt = true;
      forget();
    }
    this.backoff.lose();
    return unsent;
  }

  /** Reads, decides and writes a batch once those before it are done, and so is `before`. */
  private readNext(
    batch: readonly Waiting[],
    { before, skipLocked = false }: { before?: Promise<unknown>; skipLocked?: boolean } = {},
  ): Promise<void> {
    for (const { accountId } of batch) this.cache.forget(accountId);
    this.read += 1;
    this.reading = Promise.all([this.reading, before])
      .then(async () => {
        // Some may be behind others of their account by now, which were found locked.
        const free = batch.filter(({ accountId }) => !this.locked.has(accountId));
        if (free.length < batch.length) this.setApart(batch.filter(({ accountId }) => this.locked.has(accountId)));
        const { locked } = await this.postBatch.run(free, { skipLocked: skipLocked || !this.locked.isEmpty });
        this.setApart(locked);
      })
      .catch((error: unknown) => {
        for (const item of batch) item.reject(error);
      })
      .finally(() => {
        this.read -= 1;
        this.backoff.wait();
        this.landed();
      });
    return this.reading;
  }

  /** Commands whose accounts somebody else holds go apart, and so does what waits behind them. */
  private setApart(items: readonly Waiting[]): void {
    if (items.length === 0) return;
    this.locked.add(items);
    this.locked.add(this.waiting.filter(({ accountId }) => this.locked.has(accountId)));
    this.waiting = this.waiting.filter(({ accountId }) => !this.locked.has(accountId));
    if (!this.isTryingLocked) void this.tryLocked();
  }

  /**
   * Tries locked accounts for as long as there are any, one try at a time: all of them without waiting, then one that
   * waits its turn for the lock. Where something else is locked, which fails them together, fewer are tried at once, so
   * that those which can go do.
   */
  private async tryLocked(): Promise<void> {
    this.isTryingLocked = true;
    let most = MAX_BATCH;
    while (!this.locked.isEmpty) {
      if (this.locked.accounts > 1) {
        const { isJammed } = await this.tryTaken(this.locked.take(most), { skipLocked: true });
        most = isJammed ? Math.max(1, most >> 1) : Math.min(MAX_BATCH, most * 2);
      }
      await this.tryTaken(this.locked.take(MAX_BATCH, 1), { skipLocked: false });
    }
    this.isTryingLocked = false;
    this.landed();
  }

  private async tryTaken(
    { items, accountIds }: { items: readonly Waiting[]; accountIds: readonly string[] },
    how: { skipLocked: boolean },
  ): Promise<PostedBatch> {
    const posted = await this.postBatch.run(items, how);
    const still = new Set(posted.locked.map(({ accountId }) => accountId));
    this.locked.add(posted.locked);
    this.tellBusy();
    for (const accountId of accountIds) if (!still.has(accountId)) this.waiting.push(...this.locked.free(accountId));
    this.schedule();
    return posted;
  }

  private async connect(): Promise<void> {
    if (this.connectingSinceMs !== undefined) return;
    this.connectingSinceMs = performance.now();
    try {
      this.pipeline = await this.database.openPipeline();
    } catch {
      // The next batch is read, and its callers hear what is wrong.
      this.backoff.lose();
    } finally {
      this.connectingSinceMs = undefined;
      // What it was opened for may have gone another way meanwhile.
      this.landed();
    }
  }

  /** A batch has its verdicts. */
  private landed(): void {
    this.stuck = false;
    if (this.sent === 0 && (this.pipeline?.isBroken || this.waiting.length === 0)) {
      this.pipeline?.close();
      this.pipeline = undefined;
    }
    this.schedule();
    if (this.isIdle) for (const resolve of this.idle.splice(0)) resolve();
  }

  /** Tells those that have waited for a locked account for too long: a commit that nobody was told of may hold it. */
  private tellBusy(): void {
    for (const item of this.locked.takeOlderThan(performance.now() - PATIENCE_MS))
      item.reject(item.isInDoubt ? new DatabaseUnavailable() : new Busy());
  }

  /** Looks for what has waited for too long. */
  private look(): void {
    if (this.isIdle) {
      clearInterval(this.watch);
      this.watch = undefined;
      return;
    }
    this.tellBusy();
    const nowMs = performance.now();
    const started = [...this.underway.values(), this.connectingSinceMs ?? nowMs];
    if (!started.some((startedMs) => nowMs - startedMs > STUCK_AFTER_MS)) return;
    // The database does not answer. What is on its way may yet be written: then its key tells.
    for (const [batch, startedMs] of this.underway) {
      if (nowMs - startedMs <= STUCK_AFTER_MS) continue;
      for (const item of batch) if (nowMs - item.sinceMs > GIVE_UP_AFTER_MS) item.reject(new DatabaseUnavailable());
    }
    const isLate = (item: Waiting) => nowMs - item.sinceMs > PATIENCE_MS;
    for (const item of this.waiting.filter(isLate)) item.reject(new DatabaseUnavailable());
    this.waiting = this.waiting.filter((item) => !isLate(item));
  }
}

function deliver(item: Waiting, verdict: Verdict | undefined): void {
  if (verdict === undefined || verdict === 'locked')
    item.reject(new Error('the batch has no verdict for this command'));
  else item.hear(verdict);
}

/** Whether nothing but the open grants of the account is asked for. */
function isOnlyAccount({ spendIds, holdIds, grantIds, purchases }: Needs): boolean {
  return spendIds === undefined && holdIds === undefined && grantIds === undefined && purchases === undefined;
}
