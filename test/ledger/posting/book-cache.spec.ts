import { credits } from '../../../src/kernel/credits.js';
import { ReadFurther } from '../../../src/ledger/book/extent.js';
import { decidePlaceHold, decideReleaseHold } from '../../../src/ledger/decisions/holds.js';
import { decideSpend } from '../../../src/ledger/decisions/spend.js';
import { CommonMarks } from '../../../src/ledger/marks/common-marks.js';
import { BookCache } from '../../../src/ledger/posting/book-cache.js';
import { CacheBackoff } from '../../../src/ledger/posting/cache-backoff.js';
import { type KnownCounters, noCounters } from '../../../src/ledger/usage/known-counters.js';
import { NO_QUANTITY, type Quantity, UNIT } from '../../../src/rating/pricing/quantity.js';
import { ratio, ZERO } from '../../../src/rating/pricing/ratio.js';
import { emptyBook, grantTo, NOW } from '../../support/make/books.js';

const HALF = ratio(1n, 2n);
const spend = (amount: number) => ({ amount: credits(amount), idempotencyKey: 'k', description: null, metadata: {} });

describe('the cache of books', () => {
  it('gives back an account as it was kept, at the instant of whoever opens it', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const book = emptyBook();
    grantTo(book, 10);
    decideSpend(book, spend(4));
    cache.keep(book);
    const later = new Date(NOW.getTime() + 1_000);
    const again = cache.open('ada', later);
    expect(again?.available).toBe(6n);
    expect(again?.now).toBe(later);
    expect(again?.found).toEqual(book.balance);
    expect(again?.isChanged).toBe(false);
  });

  it('drops grants that are used up', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const book = emptyBook();
    grantTo(book, 10);
    grantTo(book, 5);
    decideSpend(book, spend(12));
    cache.keep(book);
    expect(cache.open('ada', NOW)?.grants.map(({ remaining }) => remaining)).toEqual([3n]);
  });

  it('knows the holds that are active, and no others', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const book = emptyBook();
    grantTo(book, 10);
    const [one, other] = [4, 3].map((amount) =>
      decidePlaceHold(book, { amount: credits(amount), expiresInSeconds: 60, idempotencyKey: 'k' }),
    );
    decideReleaseHold(book, other?.id ?? '');
    cache.keep(book);
    expect(cache.has({ accountId: 'ada', holdIds: [one?.id ?? ''] })).toBe(true);
    expect(cache.has({ accountId: 'ada', holdIds: [one?.id ?? '', other?.id ?? ''] })).toBe(false);
    const again = cache.open('ada', NOW);
    expect(again?.holds).toEqual([one]);
    expect(again?.found).toEqual(book.balance);
    expect(again?.available).toBe(6n);
  });

  it('knows all counters of an account, but for some of those that are in the archive', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const names = Array.from({ length: 70 }, (_, index) => ({ month: '2026-11', key: `pages {"n":"${index}"}` }));
    const known: KnownCounters = { ...noCounters(), archivedTo: '2026-11', areRemaindersArchived: true };
    for (const { month, key } of names) {
      known.used.set(`${month} ${key}`, NO_QUANTITY);
      known.remainders.set(key, ZERO);
    }
    known.archived = new Set([...known.used.keys(), ...known.remainders.keys()]);
    const book = emptyBook(NOW, { counters: known });
    const first = names.slice(0, 1);
    const [used, remainders] = [new Map([['pages {"n":"0"}', UNIT as Quantity]]), new Map([['pages {"n":"0"}', HALF]])];
    book.usage.counters.move(first, { used, remainders, inclusions: [] });
    cache.keep(book);
    const isKnown = (places: number[]) =>
      cache.has({ accountId: 'ada', counters: names.filter((_, index) => places.includes(index)) });
    expect([isKnown([0]), isKnown([1]), isKnown([69])]).toEqual([true, false, false]);
    const counters = cache.open('ada', NOW)?.usage.counters;
    expect(counters?.position(first)).toEqual({ used, remainders, inclusions: [] });
    expect(() => counters?.position(names.slice(6, 7))).toThrow(ReadFurther);
    expect(cache.has({ accountId: 'ada', counters: [{ month: '2026-12', key: 'pages {"n":"0"}' }] })).toBe(true);
    expect(cache.has({ accountId: 'ada', counters: [{ month: '2026-10', key: 'pages {"n":"0"}' }] })).toBe(false);
  });

  it('forgets an account of which it does not know every hold, or whose holds nobody compares', () => {
    const held = emptyBook();
    grantTo(held, 10);
    decidePlaceHold(held, { amount: credits(4), expiresInSeconds: 60, idempotencyKey: 'k' });
    const before = new BookCache('three-rows', new CommonMarks());
    before.keep(held);
    expect(before.has({ accountId: 'ada' })).toBe(false);

    const cache = new BookCache('one-row', new CommonMarks());
    cache.keep(held);
    held.balance.held = credits(5);
    cache.keep(held);
    expect(cache.has({ accountId: 'ada' })).toBe(false);
  });

  it('forgets an account that gets a grant to come: it can change without a trace in the balance', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const expecting = emptyBook();
    grantTo(expecting, 10);
    cache.keep(expecting);
    grantTo(expecting, 10, { effectiveAt: new Date(NOW.getTime() + 1) });
    cache.keep(expecting);
    expect(cache.has({ accountId: 'ada' })).toBe(false);
  });

  it('does not keep an account with very many active holds', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const book = emptyBook();
    grantTo(book, 1_000);
    for (let hold = 0; hold < 129; hold += 1)
      decidePlaceHold(book, { amount: credits(1), expiresInSeconds: 60, idempotencyKey: 'k' });
    cache.keep(book);
    expect(cache.has({ accountId: 'ada' })).toBe(false);
  });

  it('keeps the first grants of an account that has very many, and when one of the others ends', () => {
    const cache = new BookCache('one-row', new CommonMarks());
    const book = emptyBook();
    for (let grant = 0; grant < 32; grant += 1) grantTo(book, 10);
    const endsMs = NOW.getTime() + 1_000;
    grantTo(book, 10, { priority: 60, expiresAt: new Date(endsMs) });
    cache.keep(book);
    const again = cache.open('ada', new Date(endsMs - 1));
    expect([again?.available, again?.grants.length]).toEqual([330n, 32]);
    const walk = () => [...(again?.openGrants({ spendable: true }) ?? [])];
    expect(walk).toThrow(ReadFurther);
    expect(cache.open('ada', new Date(endsMs))).toBeUndefined();
  });
});

describe('how long memory is not asked after it was wrong', () => {
  const batchesUntilThere = (backoff: CacheBackoff) => {
    let batches = 0;
    for (; !backoff.isThere; batches += 1) backoff.wait();
    return batches;
  };

  it('is there at first, and comes back after twice as many batches with each failure, up to a thousand', () => {
    const backoff = new CacheBackoff();
    expect(backoff.isThere).toBe(true);
    const waited = Array.from({ length: 13 }, () => {
      backoff.lose();
      return batchesUntilThere(backoff);
    });
    expect(waited).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024]);
  });

  it('is regained by being right', () => {
    const backoff = new CacheBackoff();
    for (let failure = 0; failure < 4; failure += 1) backoff.lose();
    for (let success = 0; success < 4; success += 1) backoff.gain();
    backoff.lose();
    expect(batchesUntilThere(backoff)).toBe(1);
  });
});
