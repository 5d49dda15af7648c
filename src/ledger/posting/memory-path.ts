import type { EntryForm } from '../../config/environment.js';
import type { Pipeline } from '../../database/batches.js';
import { isLockTimeout } from '../../database/sql-state.js';
import type { Clock } from '../../kernel/clock.js';
import type { Book } from '../book/book.js';
import type { Needs } from '../book/read-books.js';
import type { BookCache } from './book-cache.js';
import { CacheBackoff } from './cache-backoff.js';
import { decideUnread, type LedgerCommand, type Verdict } from './decide-commands.js';
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
  last: Promise<unknown>;
}

/** Why a batch that was decided from memory was not written. */
type Unsent = 'locked' | 'wrong';

/** How a batch that was not written has to be read. */
export interface ReadAfter {
  /** The batch before it, which has to end first. */
  readonly before: Promise<unknown>;
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
    return canBeRemembered(needs) && this.backoff.isThere && this.cache.has(needs.accountId, needs.holdIds);
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
        pipeline === undefined ? { is: 'none' } : { is: 'open', pipeline, sent: 0, last: Promise.resolve() };
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
   * Decides a batch and sends it. When one of its statements fails, for whatever reason, nothing was written, and
   * `read` has to read and decide it again; so it is with the batch behind it, if that builds on what was not written.
   * To be called only while there is room. Never rejects.
   */
  async send(batch: readonly Waiting[], read: (how: ReadAfter) => Promise<void>): Promise<void> {
    const { connection } = this;
    if (connection.is !== 'open') return read({ before: Promise.resolve(), skipLocked: false });
    connection.sent += 1;
    const before = connection.last;
    const sending = this.trySend(batch, connection.pipeline);
    connection.last = sending;
    this.underway.begin(batch);
    try {
      const verdicts = await sending;
      this.underway.end(batch);
      if (typeof verdicts === 'string') await read({ before, skipLocked: verdicts === 'locked' });
      else deliver(batch, verdicts);
    } finally {
      connection.sent -= 1;
    }
  }

  /** The verdicts, or why the batch has to be read. Never rejects. */
  private async trySend(batch: readonly Waiting[], pipeline: Pipeline): Promise<Verdict[] | Unsent> {
    const now = this.clock.now();
    const books = this.openBooks(batch, now);
    const forget = () => {
      for (const accountId of books.keys()) this.cache.forget(accountId);
    };
    forget();
    let unsent: Unsent = 'wrong';
    try {
      const commands = batch.map(({ command }) => command);
      const decided = decideUnread(commands, books, now, this.form);
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

  private openBooks(batch: readonly Waiting[], now: Date): Map<string, Book> {
    const books = new Map<string, Book>();
    for (const { accountId } of batch) {
      const book = books.get(accountId) ?? this.cache.open(accountId, now);
      if (book !== undefined) books.set(accountId, book);
    }
    return books;
  }
}

/** Whether nothing but the open grants of the account and its active holds is asked for. */
function canBeRemembered({ spendIds, grantIds, purchases }: Needs): boolean {
  return spendIds === undefined && grantIds === undefined && purchases === undefined;
}
