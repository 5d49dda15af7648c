import { addDays } from '../../../src/kernel/clock.js';
import { credits, NO_CREDITS } from '../../../src/kernel/credits.js';
import { Book } from '../../../src/ledger/book/book.js';
import { GENESIS_HASH } from '../../../src/ledger/book/hash-chain.js';
import type { Grant, Hold } from '../../../src/ledger/book/model.js';
import { bringUpToDate, expireLapsed } from '../../../src/ledger/decisions/bring-up-to-date.js';
import { decideCaptureHold } from '../../../src/ledger/decisions/holds.js';
import { decideReverseSpend } from '../../../src/ledger/decisions/reverse-spend.js';
import { decideSpend } from '../../../src/ledger/decisions/spend.js';
import { emptyBook, grantTo, laterBook, NOW } from '../../support/make/books.js';

const FEW = 250;
const MANY = 4_000;
/** What sorting may add to work that grows with the number of grants, and some air. */
const GROWTH = (MANY / FEW) * 2.5;

/** How often the grants and holds of a book are looked at while something is done with it. */
function looksAt(book: Book, act: (seen: Book) => void): number {
  let looks = 0;
  const watched = <T extends object>(row: T): T =>
    new Proxy(row, {
      get: (target, name) => {
        looks += 1;
        return Reflect.get(target, name);
      },
    });
  const { grants, holds, entries } = book;
  const contents = { grants: grants.map(watched<Grant>), holds: holds.map(watched<Hold>), spends: [], entries };
  act(new Book({ ...book.balance }, contents, book.now));
  return looks;
}

/** A book with `count` grants of which one becomes effective, and one ends, every second from `NOW` on. */
function dueEverySecond(count: number): Book {
  const book = emptyBook();
  for (let second = 1; second <= count; second += 1) {
    const effectiveAt = new Date(NOW.getTime() + second * 1_000);
    grantTo(book, 2, { effectiveAt, expiresAt: new Date(effectiveAt.getTime() + 3_500) });
  }
  return laterBook(book, addDays(NOW, 1));
}

/** A book with `count` grants of one credit, whose time was over one after the other, but for what a hold covers. */
function overdueButHeld(count: number): { book: Book; holdId: string } {
  const book = emptyBook();
  for (let second = 1; second <= count; second += 1)
    grantTo(book, 1, { expiresAt: new Date(NOW.getTime() + second * 1_000), priority: second % 100 });
  const hold = book.addHold(credits(count), addDays(NOW, 7), 'h');
  return { book: laterBook(book, addDays(NOW, 1)), holdId: hold.id };
}

describe('much that is due at once on one account', () => {
  it.each([
    ['grants that become effective and end one after the other', dueEverySecond],
    ['grants whose time is over one after the other, held', (count: number) => overdueButHeld(count).book],
  ])('%s are looked at a few times each, however many there are', (_what, make) => {
    const few = looksAt(make(FEW), bringUpToDate);
    const many = looksAt(make(MANY), bringUpToDate);
    expect(many / few).toBeLessThan(GROWTH);
  });

  it('holds that are over one after the other are looked at a few times each, however many there are', () => {
    const overdue = (count: number) => {
      const book = emptyBook();
      grantTo(book, count);
      for (let second = 1; second <= count; second += 1)
        book.addHold(credits(1), new Date(NOW.getTime() + second * 1_000), `h${second}`);
      return laterBook(book, addDays(NOW, 1));
    };
    const few = looksAt(overdue(FEW), bringUpToDate);
    const many = looksAt(overdue(MANY), bringUpToDate);
    expect(many / few).toBeLessThan(GROWTH);
  });

  it('is written as it was before: every entry at its instant, and nothing left', () => {
    const book = dueEverySecond(FEW);
    bringUpToDate(book);
    expect(book.newEntries).toHaveLength(2 * FEW);
    expect(book.balance.balance).toBe(NO_CREDITS);
    const instants = book.newEntries.map(({ effectiveAt }) => effectiveAt.getTime());
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  });
});

describe('many commands on an account with many grants', () => {
  const request = (amount: number, idempotencyKey: string) => ({ amount: credits(amount), idempotencyKey });

  it('spend without walking all grants for each of them', () => {
    const looks = looksAt(withGrants(MANY), (book) => {
      for (let spends = 0; spends < MANY; spends += 1) {
        decideSpend(book, { ...request(1, `k${spends}`), description: null, metadata: {} });
        expireLapsed(book);
      }
      expect(book.balance.balance).toBe(NO_CREDITS);
    });
    expect(looks / MANY).toBeLessThan(150);
  });

  it('capture without walking all grants that a hold keeps standing', () => {
    const { book: late, holdId } = overdueButHeld(MANY);
    const looks = looksAt(late, (book) => {
      bringUpToDate(book);
      for (let captures = 0; captures < MANY; captures += 1) {
        decideCaptureHold(book, holdId, { ...request(1, `k${captures}`), final: false });
        expireLapsed(book);
      }
      expect(book.balance.balance).toBe(NO_CREDITS);
    });
    expect(looks / MANY).toBeLessThan(300);
  });

  it('grant without walking those that are there', () => {
    const looks = looksAt(withGrants(MANY), (book) => {
      for (let grants = 0; grants < MANY; grants += 1) grantTo(book, 1);
    });
    expect(looks / MANY).toBeLessThan(50);
  });

  it('give a spend back in parts without comparing each part with all that was given back before', () => {
    const book = withGrants(2_000);
    const { spend } = decideSpend(book, { ...request(2_000, 'k'), description: null, metadata: {} });
    const before = process.cpuUsage();
    for (let parts = 0; parts < 1_000; parts += 1)
      decideReverseSpend(book, spend.id, { amount: credits(1), reason: 'a test', actor: null });
    // It was thirty seconds.
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(8);
    // Latest taken first: the grants that were taken from last have their credits again.
    const back = book.grants.filter(({ remaining }) => remaining > 0n);
    expect(back).toEqual(book.grants.slice(1_000));
  });

  it('are not refused for the number of grants that are pending', () => {
    const grants = Array.from({ length: 150_000 }, (_, ordinal) => ({ ...pendingGrant, id: `g${ordinal}` }));
    const balance = { ...emptyBook().balance, headHash: GENESIS_HASH };
    const book = new Book(balance, { grants, holds: [], spends: [], entries: [] }, NOW);
    expect(grantTo(book, 1).status).toBe('active');
  });

  function withGrants(count: number): Book {
    const book = emptyBook();
    for (let grants = 0; grants < count; grants += 1) grantTo(book, 1);
    return laterBook(book, NOW);
  }
  const pendingGrant = { ...grantTo(emptyBook(), 1, { effectiveAt: addDays(NOW, 1) }) };
});
