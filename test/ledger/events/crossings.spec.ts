import { addSeconds } from '../../../src/kernel/clock.js';
import { credits } from '../../../src/kernel/credits.js';
import { Book } from '../../../src/ledger/book/book.js';
import { decideAdjust } from '../../../src/ledger/decisions/adjust.js';
import { bringUpToDate, expireLapsed } from '../../../src/ledger/decisions/bring-up-to-date.js';
import { decideCaptureHold, decidePlaceHold, decideReleaseHold } from '../../../src/ledger/decisions/holds.js';
import { decideSpend } from '../../../src/ledger/decisions/spend.js';
import type { CommonMark } from '../../../src/ledger/marks/marks.js';
import { noteCrossings } from '../../../src/ledger/marks/note-crossings.js';
import { clearAlertMark, clearTopUpMark, setAlertMark, setTopUpMark } from '../../../src/ledger/marks/set-marks.js';
import { emptyBook, grantTo, NOW } from '../../support/make/books.js';

const HOUR = 3_600;

/** An account that is decided upon by one transaction after the other. */
class Account {
  told: string[] = [];
  topUps = 0;
  book = emptyBook();
  common: CommonMark[] = [];

  /** In a transaction of its own, so many seconds after `NOW`. */
  at(seconds: number, decide: (book: Book) => unknown): this {
    const { balance, grants, holds } = this.book;
    const contents = { grants, holds, spends: [], entries: [], commonMarks: this.common };
    this.book = new Book({ ...balance }, contents, addSeconds(NOW, seconds));
    bringUpToDate(this.book);
    decide(this.book);
    expireLapsed(this.book);
    noteCrossings(this.book);
    for (const event of this.book.events) {
      if (event.type === 'balance.low') this.told.push(`${event.alert} ${event.balance - event.held}`);
      else if (event.type.startsWith('balance.')) this.told.push(event.type.slice('balance.'.length));
    }
    if (this.book.crossedAt !== null) this.topUps += 1;
    return this;
  }

  give(amount: number, seconds = 0): this {
    return this.at(seconds, (book) => grantTo(book, amount));
  }

  take(amount: number, seconds = 0): this {
    const request = { amount: credits(amount), idempotencyKey: 'k', description: null, metadata: {} };
    return this.at(seconds, (book) => decideSpend(book, request));
  }

  adjust(amount: number, seconds = 0): this {
    return this.at(seconds, (book) => decideAdjust(book, { amount: credits(amount), reason: 'a test', actor: null }));
  }

  alert(key: string, below: number | null, seconds = 0): this {
    return this.at(seconds, (book) => setAlertMark(book, { key, below: below === null ? null : credits(below) }));
  }

  topUpBelow(below: number): this {
    return this.at(0, (book) => setTopUpMark(book, credits(below)));
  }

  /** What was told since it was asked for last. */
  get news(): string[] {
    const news = this.told;
    this.told = [];
    return news;
  }
}

describe('what is available', () => {
  it('is told to have ended when it falls to 0 or below, and to have recovered when it rises again, once each', () => {
    const account = new Account().give(10);
    expect(account.news).toEqual([]);
    expect(account.take(9).news).toEqual([]);
    expect(account.take(1).news).toEqual(['depleted']);
    expect(account.adjust(-5).news).toEqual([]);
    expect(account.give(5).news).toEqual([]);
    expect(account.give(1).news).toEqual(['recovered']);
    expect(account.adjust(-4).news).toEqual(['depleted']);
  });

  it('ends by holds, and recovers when they do', () => {
    const account = new Account().give(10);
    const request = { amount: credits(10), expiresInSeconds: HOUR, idempotencyKey: 'k' };
    account.at(0, (book) => decidePlaceHold(book, request));
    expect(account.news).toEqual(['depleted']);
    const [hold] = account.book.holds;
    const capture = { amount: credits(10), final: true, idempotencyKey: 'k' };
    account.at(0, (book) => decideCaptureHold(book, hold?.id ?? '', capture));
    expect(account.news).toEqual([]);
    account.give(10).at(0, (book) => decidePlaceHold(book, request));
    account.at(0, (book) => decideReleaseHold(book, book.holds.at(-1)?.id ?? ''));
    expect(account.news).toEqual(['recovered', 'depleted', 'recovered']);
  });

  it('crosses nothing on the way: a hold that ends when what it has kept standing lapses', () => {
    const account = new Account();
    const expiresAt = addSeconds(NOW, HOUR);
    account.at(0, (book) => grantTo(book, 10, { expiresAt }));
    account.at(0, (book) =>
      decidePlaceHold(book, { amount: credits(10), expiresInSeconds: HOUR, idempotencyKey: 'k' }),
    );
    expect(account.news).toEqual(['depleted']);
    expect(account.at(HOUR, () => undefined).news).toEqual([]);
  });

  it('has crossed when it happened, however late it is written down', () => {
    const account = new Account().give(1).take(1);
    const later = (from: number, until: number) => ({
      effectiveAt: addSeconds(NOW, from),
      expiresAt: addSeconds(NOW, until),
    });
    account.at(0, (book) => grantTo(book, 5, later(10, 20)));
    account.at(0, (book) => grantTo(book, 5, later(30, 40)));
    expect(account.news).toEqual(['depleted']);
    account.at(100, () => undefined);
    expect(account.news).toEqual(['recovered', 'depleted', 'recovered', 'depleted']);
    const times = account.book.events.filter(({ type }) => type.startsWith('balance.')).map(({ at }) => at);
    expect(times).toEqual([10, 20, 30, 40].map((seconds) => addSeconds(NOW, seconds)));
  });
});

describe('an alert', () => {
  it('fires when what is available falls below, and again once it was not, at most once an hour', () => {
    const account = new Account().alert('low', 5).give(10);
    expect(account.take(5).news).toEqual([]);
    expect(account.take(1).news).toEqual(['low 4']);
    expect(account.take(1).news).toEqual([]);
    expect(account.give(10, 60).take(10, 120).news).toEqual([]);
    // The hour is over, and it is still below: what has crossed meanwhile is told by the next change.
    expect(account.take(1, HOUR).news).toEqual(['low 2']);
    expect(account.take(1, 2 * HOUR).news).toEqual([]);
    expect(account.give(10, 3 * HOUR).take(10, 3 * HOUR).news).toEqual(['low 1']);
  });

  it('is not owed any more when what is available has risen before the hour was over', () => {
    const account = new Account().alert('low', 5).give(5).take(1).give(5, 60).take(5, 120).give(5, 180);
    expect(account.news).toEqual(['low 4']);
    expect(account.take(1, 2 * HOUR).news).toEqual([]);
  });

  it('that is owed is told by a change alone, since marks change with nothing else', () => {
    const account = new Account().alert('low', 5).give(5).take(1).give(5, 60).take(5, 120);
    expect(account.at(2 * HOUR, () => undefined).news).toEqual(['low 4']);
    expect(account.take(1, 2 * HOUR).news).toEqual(['low 3']);
  });

  it('that is set while less is available fires the next time', () => {
    const account = new Account().give(3).alert('low', 5);
    expect(account.take(1).give(10).take(8).news).toEqual(['low 4']);
  });

  it('keeps when it fired last when it is set anew, and is compared no more when it is gone', () => {
    const account = new Account().give(10).alert('low', 5).take(6);
    expect(account.news).toEqual(['low 4']);
    account.alert('low', 3).take(2);
    expect([account.news, account.book.balance.marks?.alerts?.low]).toEqual([
      [],
      { below: 3, firedAt: NOW.toISOString(), isOwed: true },
    ]);
    account.at(0, (book) => clearAlertMark(book, 'low'));
    expect([account.give(10).take(12, HOUR).news, account.book.balance.marks]).toEqual([['depleted'], null]);
  });

  it('steps the count of changes of holds when it is set and when it is cleared, and only then', () => {
    const account = new Account().give(10);
    const steps = () => account.book.balance.holdsChanged;
    account.alert('low', 5);
    expect(steps()).toBe(1n);
    account.at(0, (book) => clearAlertMark(book, 'other'));
    account.take(6);
    expect(steps()).toBe(1n);
    account.at(0, (book) => clearAlertMark(book, 'low'));
    expect(steps()).toBe(2n);
  });

  it('of several each fires by itself, whoever crosses them', () => {
    const account = new Account().alert('low', 5).alert('lower', 3).alert('expiring', null).give(10);
    expect(account.adjust(-6).news).toEqual(['low 4']);
    expect(account.adjust(-4).news).toEqual(['lower 0', 'depleted']);
  });

  it('for all accounts fires for one that has none of its own by that key', () => {
    const common = [
      { id: 'alt_1', key: 'low', below: credits(5) },
      { id: 'alt_2', key: 'empty', below: credits(2) },
    ];
    const other = new Account().give(10);
    other.common = common;
    expect(other.take(6).news).toEqual(['low 4']);
    expect(other.book.balance.marks).toEqual({ common: { alt_1: { firedAt: NOW.toISOString() } } });
    expect(other.give(6, 60).take(6, 60).take(3, HOUR).news).toEqual(['low 1', 'empty 1']);

    const own = new Account().alert('low', null).give(10);
    own.common = common;
    expect(own.take(9).news).toEqual(['empty 1']);
  });

  it('for all accounts that is gone is forgotten after a day', () => {
    const account = new Account().give(10);
    account.common = [{ id: 'alt_1', key: 'low', below: credits(5) }];
    account.take(6);
    account.common = [{ id: 'alt_2', key: 'lower', below: credits(3) }];
    account.take(2, HOUR);
    expect(Object.keys(account.book.balance.marks?.common ?? {})).toEqual(['alt_1', 'alt_2']);
    account.give(5, 25 * HOUR).take(5, 25 * HOUR);
    expect(Object.keys(account.book.balance.marks?.common ?? {})).toEqual(['alt_2']);
  });
});

describe('the mark for topping up', () => {
  it('is told each time that something spent or held leaves less, and not while less was left before', () => {
    const account = new Account().give(10).topUpBelow(5);
    expect(account.take(5).topUps).toBe(0);
    expect(account.take(1).topUps).toBe(1);
    expect(account.take(1).topUps).toBe(1);
    account
      .give(10)
      .at(0, (book) => decidePlaceHold(book, { amount: credits(10), expiresInSeconds: HOUR, idempotencyKey: 'k' }));
    expect(account.topUps).toBe(2);
  });

  it('is not told by what else takes credits, but by what is spent next', () => {
    const account = new Account().give(10).topUpBelow(5).adjust(-6);
    expect(account.topUps).toBe(0);
    expect(account.take(1).topUps).toBe(1);
    expect(account.take(1).topUps).toBe(1);
  });

  it('that is set while less is available is told by what is spent next', () => {
    const account = new Account().give(4).topUpBelow(5);
    expect(account.take(1).topUps).toBe(1);
  });

  it('is compared no more when it is cleared', () => {
    const account = new Account().give(10).topUpBelow(5);
    account.at(0, (book) => clearTopUpMark(book));
    expect([account.take(9).topUps, account.book.balance.marks]).toEqual([0, null]);
  });
});
