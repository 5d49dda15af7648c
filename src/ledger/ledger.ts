import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { Book } from './book/book.js';
import { FirstReach, furtherThan, type Reach, WHOLE } from './book/extent.js';
import { lockBook, lockBooks, type Needs } from './book/read-books.js';
import { writeBooks } from './book/write-books.js';
import { bringUpToDate, expireLapsed } from './decisions/bring-up-to-date.js';
import { AccountNotFound } from './ledger.problems.js';
import { CommonMarks } from './marks/common-marks.js';
import { noteCrossings } from './marks/note-crossings.js';

const READ_WHOLE_MS = 60_000;

/** What was done of what is due on accounts. */
export interface DuesDone {
  /** How many accounts were changed. */
  readonly written: number;
  /** On which more is due. */
  readonly behind: readonly string[];
}

/**
 * The one writer of credits, for rooms that move credits in a transaction of their own: open the book, let decisions
 * act on it, write it. Whoever opens a book holds the lock of its account until the transaction ends.
 */
@Injectable()
export class Ledger {
  /** Accounts of which a decision lately needed more than was read. */
  private readonly readWhole = new LRUCache<string, true>({ max: 1_000, ttl: READ_WHOLE_MS });

  constructor(
    private readonly clock: Clock,
    private readonly firstReach: FirstReach,
    @Inject(CONFIG) private readonly config: Pick<Config, 'entryForm'>,
    private readonly commonMarks: CommonMarks,
  ) {}

  /**
   * Locks the account's balance (`for no key update`), reads what belongs to it and brings it up to date: overdue
   * holds end, due grants are posted, lapsed credits expire. Lock accounts before anything else, ascending by id.
   * Where much is due, it is written in steps before the book is opened, and the event loop is free between them. A
   * decision that needs more of an account than was read has the transaction run again, and then all of it is read.
   * @throws AccountNotFound
   */
  async open(tx: Tx, accountId: string, needs: Omit<Needs, 'accountId'> = {}): Promise<Book> {
    let reach: Reach = this.readWhole.has(accountId) ? WHOLE : this.firstReach;
    for (;;) {
      const how = { reach, commonMarks: this.commonMarks.list };
      const book = await lockBook(tx, { accountId, ...needs }, this.clock.now(), how);
      if (book === undefined) throw new AccountNotFound({ accountId });
      book.onShort = () => this.readWhole.set(accountId, true);
      bringUpToDate(book);
      if (book.isUpToDate) return book;
      if (book.isChanged) await writeBooks(tx, [book], { form: this.config.entryForm });
      else reach = furtherThan(reach);
    }
  }

  /**
   * The same for accounts that one transaction can lock together (`Lanes`), ascending by id and in one round trip where
   * little is due. One that does not exist is not among the books.
   */
  async openAll(tx: Tx, accountIds: readonly string[]): Promise<Map<string, Book>> {
    const needs = accountIds.map((accountId) => ({ accountId }));
    const { books } = await lockBooks(tx, needs, this.clock.now(), {
      reach: this.firstReach,
      commonMarks: this.commonMarks.list,
    });
    for (const [accountId, book] of books) {
      book.onShort = () => this.readWhole.set(accountId, true);
      bringUpToDate(book);
      if (this.readWhole.has(accountId) || !book.isUpToDate) books.set(accountId, await this.open(tx, accountId));
    }
    return books;
  }

  /**
   * Locks accounts, ascending by id, and does what is due on them at an instant, as far as it is known when so much is
   * read of each at once.
   */
  async doDues(tx: Tx, accountIds: readonly string[], { now, reach }: { now: Date; reach: Reach }): Promise<DuesDone> {
    const needs = accountIds.map((accountId) => ({ accountId }));
    const { books: found } = await lockBooks(tx, needs, now, { reach, commonMarks: this.commonMarks.list });
    const books = [...found.values()];
    for (const book of books) bringUpToDate(book);
    const changed = books.filter((book) => book.isChanged);
    await writeBooks(tx, changed, { form: this.config.entryForm });
    const behind = books.filter((book) => !book.isUpToDate).map(({ accountId }) => accountId);
    return { written: changed.length, behind };
  }

  /** Stores what decisions have changed in the book. Call it once, at the end, in the transaction that opened it. */
  async write(tx: Tx, book: Book): Promise<void> {
    await this.writeAll(tx, [book]);
  }

  /** The same for books that were opened together. */
  async writeAll(tx: Tx, books: readonly Book[]): Promise<void> {
    for (const book of books) {
      expireLapsed(book);
      noteCrossings(book);
    }
    await writeBooks(tx, books, { form: this.config.entryForm });
  }
}
