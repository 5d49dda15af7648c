import { type Database, LOCK_TIMEOUT_MS, type Pipeline } from '../database/database.js';
import { isLockTimeout } from '../database/sql-state.js';
import { Busy } from '../http/http.problems.js';
import type { Clock } from '../kernel/clock.js';
import type { Book } from './book.js';
import type { Needs } from './book-reader.js';
import { Bookshelf } from './bookshelf.js';
import { type Answer, decideCommands, decideUnread, type LedgerCommand, type Verdict } from './decide-commands.js';
import { QueueFull } from './ledger.problems.js';
import { Trust } from './trust.js';

/** Commands that may wait. Beyond it the caller is asked to come back: better a clear 503 than a growing queue. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 512;
/** Batches of remembered accounts that may be on their way at once: one is decided while the other commits. */
const MAX_SENT = 2;
/** A batch smaller than this waits until nothing is on its way: alone it would cost more than it gains. */
const MIN_BATCH_BEHIND = 32;
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
 * by themselves, so an idle lane adds no wait. Accounts that were seen lately are decided upon from memory, and sent
 * behind the batch before; the others are locked and read first, one batch at a time.
 */
export class PostingLane {
  private waiting: Waiting[] = [];
  private scheduled = false;
  private readonly shelf = new Bookshelf();
  private readonly trust = new Trust();
  private pipeline: Pipeline | undefined;
  private connecting = false;
  private sent = 0;
  /** Ends when the batch that was sent last is written, or is not. */
  private lastSent: Promise<unknown> = Promise.resolve();
  /** The batch that is being read or waits to be, and those behind it. */
  private reading: Promise<void> = Promise.resolve();
  private read = 0;
  /** Nothing of what waits can go before a batch has landed. */
  private stuck = false;
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

  private get inFlight(): number {
    return this.sent + this.read;
  }

  private schedule(): void {
    if (this.scheduled || this.stuck || this.waiting.length === 0) return;
    if (this.inFlight > 0 && this.waiting.length < MIN_BATCH_BEHIND) return;
    this.scheduled = true;
    // One turn of the event loop lets requests that have already arrived join the first batch.
    setImmediate(() => {
      this.scheduled = false;
      void this.flush();
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
    this.stuck = taken.size === 0;
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

  private isRemembered({ needs, idempotency }: LedgerCommand): boolean {
    return idempotency !== undefined && isOnlyAccount(needs) && this.trust.isThere && this.shelf.has(needs.accountId);
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
    try {
      const verdicts = await sending;
      if (verdicts === undefined) await this.readNext(batch, before);
      else this.deliver(batch, verdicts);
    } finally {
      this.sent -= 1;
      this.landed();
    }
  }

  /** The verdicts, or undefined when the batch has to be read. Never rejects. */
  private async trySend(batch: readonly Waiting[], pipeline: Pipeline): Promise<Verdict[] | undefined> {
    const now = this.clock.now();
    const books = new Map<string, Book>();
    for (const { command } of batch) {
      const { accountId } = command.needs;
      const book = books.get(accountId) ?? this.shelf.open(accountId, now);
      if (book !== undefined) books.set(accountId, book);
    }
    const forget = () => {
      for (const accountId of books.keys()) this.shelf.forget(accountId);
    };
    forget();
    try {
      const commands = batch.map(({ command }) => command);
      const decided = decideUnread(commands, books, now);
      if (decided !== undefined) {
        for (const book of decided.books) this.shelf.keep(book);
        await pipeline.send(decided.writes, { lockTimeoutMs: BATCH_LOCK_TIMEOUT_MS });
        this.trust.gain();
        return decided.verdicts;
      }
    } catch {
      forget();
    }
    this.trust.lose();
    return undefined;
  }

  /** Reads, decides and writes a batch once those before it are done, and so is `before`. */
  private readNext(batch: readonly Waiting[], before?: Promise<unknown>): Promise<void> {
    for (const { command } of batch) this.shelf.forget(command.needs.accountId);
    this.read += 1;
    this.reading = Promise.all([this.reading, before])
      .then(() => this.settle(batch))
      .catch((error: unknown) => {
        for (const item of batch) item.reject(error);
      })
      .finally(() => {
        this.read -= 1;
        this.trust.wait();
        this.landed();
      });
    return this.reading;
  }

  private async connect(): Promise<void> {
    if (this.connecting) return;
    this.connecting = true;
    try {
      this.pipeline = await this.database.openPipeline();
    } catch {
      // The next batch is read, and its callers hear what is wrong.
      this.trust.lose();
    } finally {
      this.connecting = false;
      this.schedule();
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
    if (this.inFlight === 0 && this.waiting.length === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  /**
   * Posts a batch. When the row of one account stays locked elsewhere, its commands go back to the front of the queue
   * and the others go on. A batch that fails as a whole for another reason is run again one by one, so that one bad
   * command never fails the others.
   */
  private async settle(batch: readonly Waiting[], { skipLocked = false } = {}): Promise<void> {
    const commands = batch.map(({ command }) => command);
    try {
      const { verdicts, books } = await this.database.batch(
        (tx) => decideCommands(tx, commands, this.clock.now(), { skipLocked }),
        { lockTimeoutMs: BATCH_LOCK_TIMEOUT_MS },
      );
      for (const book of books) this.shelf.keep(book);
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

/** Whether nothing but the open grants of the account is asked for. */
function isOnlyAccount({ spendIds, holdIds, grantIds, purchases }: Needs): boolean {
  return spendIds === undefined && holdIds === undefined && grantIds === undefined && purchases === undefined;
}
