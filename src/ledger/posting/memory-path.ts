import type { EntryForm } from '../../config/environment.js';
import type { Pipeline } from '../../database/batches.js';
import { isLockTimeout } from '../../database/sql-state.js';
import type { Clock } from '../../kernel/clock.js';
import type { Book } from '../book/book.js';
import type { Needs } from '../book/read-books.js';
import type { BookCache } from './book-cache.js';
import { CacheBackoff } from './cache-backoff.js';
import { type DecidedBatch, decideUnread, type LedgerCommand } from './decide-commands.js';
import type { Lane } from './lanes.js';
import type { Underway } from './overdue.js';
import { BATCH_LOCK_TIMEOUT_MS, isOfServer } from './post-batch.js';
import { deliver, type Waiting } from './waiting.js';

/** Batches of remembered accounts that may be on their way at once: one is decided while the other commits. */
const MAX_SENT = 2;

/**
 * The connection on which batches are sent one behind the other. There is `none` while other lanes have all that are
 * lent: the next batch is read, and then it is asked for again.
 */
type Connection =
  | { readonly is: 'closed' }
  | { readonly is: 'none' }
  | { readonly is: 'opening'; readonly sinceMs: number }
  | OpenConnection;

interface OpenConnection {
  readonly is: 'open';
  readonly pipeline: Pipeline;
  /** How many batches that were sent on it have no verdicts yet. */
  sent: number;
  /** Ends when the batch that was sent last is written, or is not. Never rejects. */
  last: Promise<Unsent | undefined>;
}

interface Decided extends Omit<DecidedBatch, 'books'> {
  /** Those with a verdict. */
  readonly items: readonly Waiting[];
}

/** What of a batch has to be read. */
export interface Unread {
  readonly batch: readonly Waiting[];
  /**
   * What has to end first: the batch that was sent before, or this one as far as it could be decided. Should that not
   * be written, it says what has to be read instead.
   */
  readonly before: Promise<Unsent | undefined>;
}

/** A batch that was sent and not written. */
export interface Unsent {
  readonly batch: readonly Waiting[];
  readonly skipLocked: boolean;
}

/**
 * The short way of a batch: decided on accounts as they are remembered, and sent in one round trip behind the batch
 * before. The statements that write it compare what it was decided on.
 */
export class MemoryPath {
  private connection: Connection = { is: 'closed' };
  private readonly backoff = new CacheBackoff();

  constructor(
    private readonly lane: Lane,
    private readonly clock: Clock,
    private readonly cache: BookCache,
    private readonly underway: Underway,
    private readonly form: EntryForm,
  ) {}

  /** Batches that were sent and have no verdicts yet. */
  get sent(): number {
    return this.connection.is === 'open' ? this.connection.sent : 0;
  }

  get isOpen(): boolean {
    return this.connection.is === 'open';
  }

  get hasRoom(): boolean {
    return this.connection.is === 'open' && this.connection.sent < MAX_SENT;
  }

  get connectingSinceMs(): number | undefined {
    return this.connection.is === 'opening' ? this.connection.sinceMs : undefined;
  }

  /** Whether a command can be decided from memory. */
  knows({ needs, idempotency }: LedgerCommand): boolean {
    if (idempotency === undefined || this.connection.is === 'none') return false;
    return canBeRemembered(needs) && this.backoff.isThere && this.cache.has(needs);
  }

  /** A batch is going to be read: what is remembered of its accounts is about to change. */
  forget(batch: readonly Waiting[]): void {
    for (const { accountId } of batch) this.cache.forget(accountId);
  }

  /** A batch was read. */
  waited(): void {
    if (this.connection.is === 'none') this.connection = { is: 'closed' };
    this.backoff.wait();
  }

  /** Opens the connection and calls `ended`, whether that has worked or not. Does nothing while it is being opened. */
  async open(ended: () => void): Promise<void> {
    if (this.connection.is !== 'closed') return;
    this.connection = { is: 'opening', sinceMs: performance.now() };
    try {
      const pipeline = await this.lane.batches.openPipeline();
      this.connection =
        pipeline === undefined ? { is: 'none' } : { is: 'open', pipeline, sent: 0, last: Promise.resolve(undefined) };
    } catch {
      // The next batch is read, and its callers hear what is wrong.
      this.connection = { is: 'closed' };
      this.backoff.lose();
    }
    ended();
  }

  /** Closes the connection when nothing is on its way and it is broken or, for now, not needed. */
  rest({ isNeeded }: { isNeeded: boolean }): void {
    const { connection } = this;
    if (connection.is !== 'open' || connection.sent > 0 || (isNeeded && !connection.pipeline.isBroken)) return;
    connection.pipeline.close();
    this.connection = { is: 'closed' };
  }

  /**
   * Decides a batch and sends it. What cannot be decided from memory is given to `read` at once; it is read when the
   * rest is written. When a statement of that fails, for whatever reason, nothing was written, and all of the batch has
   * to be read and decided again; so it is with the batch behind it, if that builds on what was not written. To be
   * called only while there is room. Never rejects.
   */
  async send(batch: readonly Waiting[], read: (unread: Unread) => Promise<void>): Promise<void> {
    const { connection } = this;
    const before = connection.is === 'open' ? connection.last : Promise.resolve(undefined);
    const decided = connection.is === 'open' ? this.decide(batch) : undefined;
    if (connection.is !== 'open' || decided === undefined || decided.items.length === 0)
      return read({ batch, before: before.then(() => undefined) });
    connection.sent += 1;
    const sending = this.trySend(decided, connection.pipeline);
    const unsent = sending.then((why) => (why === 'written' ? undefined : { batch, skipLocked: why === 'locked' }));
    connection.last = unsent;
    this.underway.begin(batch);
    const rest = batch.filter((_, index) => typeof decided.verdicts[index] === 'string');
    if (rest.length > 0) void read({ batch: rest, before: unsent });
    const failed = await unsent;
    connection.sent -= 1;
    this.underway.end(batch);
    if (failed === undefined) deliver(batch, decided.verdicts);
    else if (rest.length === 0) void read({ batch, before: unsent });
  }

  /** What can be decided on the accounts as they are remembered; undefined when nothing can. */
  private decide(batch: readonly Waiting[]): Decided | undefined {
    const now = this.clock.now();
    const books = this.openBooks(batch, now);
    for (const accountId of books.keys()) this.cache.forget(accountId);
    try {
      const commands = batch.map(({ command }) => command);
      const decided = decideUnread(commands, books, now, this.form);
      if (decided === undefined) return undefined;
      const { verdicts, writes } = decided;
      for (const book of decided.books) this.cache.keep(book);
      // Without the books, which need not live, with all their entries, until the batch is written.
      return { verdicts, writes, items: batch.filter((_, index) => typeof verdicts[index] !== 'string') };
    } catch {
      // A fault in one command: who reads the batch finds out which one.
      return undefined;
    }
  }

  /** Never rejects. */
  private async trySend({ items, writes }: Decided, pipeline: Pipeline): Promise<'written' | 'locked' | 'wrong'> {
    try {
      await pipeline.send(writes, { lockTimeoutMs: BATCH_LOCK_TIMEOUT_MS });
      this.backoff.gain();
      return 'written';
    } catch (error) {
      if (isOfServer(error)) for (const item of items) item.isInDoubt = true;
      this.forget(items);
      this.backoff.lose();
      return isLockTimeout(error) ? 'locked' : 'wrong';
    }
  }

  private openBooks(batch: readonly Waiting[], now: Date): Map<string, Book> {
    const books = new Map<string, Book>();
    for (const { accountId } of batch) {
      const book = books.get(accountId) ?? this.cache.open(accountId, now);
      if (book !== undefined) books.set(accountId, book);
    }
    return books;
  }
}

/** Whether nothing but the open grants of the account, its active holds and its usage is asked for. */
function canBeRemembered({ spendIds, grantIds, purchases }: Needs): boolean {
  return spendIds === undefined && grantIds === undefined && purchases === undefined;
}
