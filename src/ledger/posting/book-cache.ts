import { LRUCache } from 'lru-cache';
import { Book } from '../book/book.js';
import type { Balance, Grant } from '../book/model.js';

/** Beyond it the account that was not written to for longest is forgotten. At two kilobytes each, some 20 MB. */
const MAX_ACCOUNTS = 10_000;
/** An account with more open grants than this is read each time. */
const MAX_GRANTS = 32;

interface Remembered {
  readonly balance: Omit<Balance, 'headHash'>;
  /** A character a byte: a small buffer would keep the eight kilobytes alive that it was cut from. */
  readonly headHash: string;
  readonly grants: readonly Grant[];
}

/**
 * Accounts as they were last seen, so that they need not be read again to be decided upon. What is remembered may be
 * wrong at any time, since other processes and rooms write too: whoever writes such a book has it compared with what is
 * there (`write_books`). An account with a hold or a pending grant is not remembered, because those can change without
 * a trace in its balance.
 */
export class BookCache {
  private readonly remembered = new LRUCache<string, Remembered>({ max: MAX_ACCOUNTS });

  has(accountId: string): boolean {
    return this.remembered.has(accountId);
  }

  /** The book of an account as it was last seen. */
  open(accountId: string, now: Date): Book | undefined {
    const known = this.remembered.peek(accountId);
    if (known === undefined) return undefined;
    const balance = { ...known.balance, headHash: Buffer.from(known.headHash, 'latin1') };
    return new Book(balance, { grants: [...known.grants], holds: [], spends: [], entries: [] }, now);
  }

  /** Remembers what the book says now, which must be what is written of it, or will be before it is opened again. */
  keep(book: Book): void {
    const { accountId } = book;
    const { headHash, ...balance } = book.balance;
    const grants = book.grants.filter(({ status }) => status === 'active' || status === 'pending');
    const isWhole = balance.held === 0n && grants.every(({ status }) => status === 'active');
    if (isWhole && grants.length <= MAX_GRANTS)
      this.remembered.set(accountId, { balance, headHash: headHash.toString('latin1'), grants });
    else this.remembered.delete(accountId);
  }

  forget(accountId: string): void {
    this.remembered.delete(accountId);
  }
}
