import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { Book } from './book/book.js';
import { lockBook, type Needs } from './book/read-books.js';
import { writeBooks } from './book/write-books.js';
import { bringUpToDate, expireLapsed } from './decisions/bring-up-to-date.js';
import { AccountNotFound } from './ledger.problems.js';

/**
 * The one writer of credits, for rooms that move credits in a transaction of their own: open the book, let decisions
 * act on it, write it. Whoever opens a book holds the lock of its account until the transaction ends.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'entryForm'>,
  ) {}

  /**
   * Locks the account's balance (`for no key update`), reads what belongs to it and brings it up to date: overdue
   * holds end, due grants are posted, lapsed credits expire. Lock accounts before anything else, ascending by id.
   * @throws AccountNotFound
   */
  async open(tx: Tx, accountId: string, needs: Omit<Needs, 'accountId'> = {}): Promise<Book> {
    const book = await lockBook(tx, { accountId, ...needs }, this.clock.now());
    if (book === undefined) throw new AccountNotFound({ accountId });
    bringUpToDate(book);
    return book;
  }

  /** Stores what decisions have changed in the book. Call it once, at the end, in the transaction that opened it. */
  async write(tx: Tx, book: Book): Promise<void> {
    expireLapsed(book);
    await writeBooks(tx, [book], { form: this.config.entryForm });
  }
}
