import { credits, NO_CREDITS } from '../../../src/kernel/credits.js';
import { Book } from '../../../src/ledger/book/book.js';
import type { BookContents } from '../../../src/ledger/book/extent.js';
import { GENESIS_HASH } from '../../../src/ledger/book/hash-chain.js';
import type { Grant, NewGrant } from '../../../src/ledger/book/model.js';
import { decideGrant } from '../../../src/ledger/decisions/grant.js';

export const NOW = new Date('2026-11-21T12:00:00.000Z');

/** A fresh account's book, without any database. */
export function emptyBook(now = NOW, more: Pick<BookContents, 'counters'> = {}): Book {
  return new Book(
    {
      accountId: 'ada',
      balance: NO_CREDITS,
      held: NO_CREDITS,
      seq: 0n,
      headHash: GENESIS_HASH,
      recordedAt: null,
      grantsMade: 0n,
      includedUntil: null,
      holdsChanged: 0n,
      marks: null,
    },
    { grants: [], holds: [], spends: [], entries: [], ...more },
    now,
  );
}

let sources = 0;

/** Posts a grant of the given amount, paid unless said otherwise, each from a source of its own. */
export function grantTo(book: Book, amount: number, given: Partial<NewGrant> = {}): Grant {
  sources += 1;
  return decideGrant(book, {
    category: 'paid',
    source: { type: 'payment_intent', id: `pi_${sources}` },
    ...given,
    amount: credits(amount),
  });
}

/** The same account at another instant: what a later transaction would read back. */
export function laterBook(book: Book, now: Date): Book {
  return new Book(
    { ...book.balance },
    {
      grants: book.grants.map((grant) => ({ ...grant })),
      holds: book.holds.map((hold) => ({ ...hold })),
      spends: [],
      entries: book.entries,
    },
    now,
  );
}
