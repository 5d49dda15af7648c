import { credits } from '../../src/kernel/credits.js';
import { Bookshelf } from '../../src/ledger/bookshelf.js';
import { decidePlaceHold } from '../../src/ledger/decisions/holds.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import { Trust } from '../../src/ledger/trust.js';
import { emptyBook, grantTo, NOW } from './make.js';

const spend = (amount: number) => ({ amount: credits(amount), idempotencyKey: 'k', description: null, metadata: {} });

describe('the shelf of books', () => {
  it('gives back an account as it was kept, at the instant of whoever opens it', () => {
    const shelf = new Bookshelf();
    const book = emptyBook();
    grantTo(book, 10);
    decideSpend(book, spend(4));
    shelf.keep(book);
    const later = new Date(NOW.getTime() + 1_000);
    const again = shelf.open('ada', later);
    expect(again?.available).toBe(6n);
    expect(again?.now).toBe(later);
    expect(again?.found).toEqual(book.balance);
    expect(again?.isChanged).toBe(false);
  });

  it('drops grants that are used up', () => {
    const shelf = new Bookshelf();
    const book = emptyBook();
    grantTo(book, 10);
    grantTo(book, 5);
    decideSpend(book, spend(12));
    shelf.keep(book);
    expect(shelf.open('ada', NOW)?.grants.map(({ remaining }) => remaining)).toEqual([3n]);
  });

  it('forgets an account that gets a hold or a grant to come: both can change without a trace in the balance', () => {
    const shelf = new Bookshelf();
    const held = emptyBook();
    grantTo(held, 10);
    shelf.keep(held);
    decidePlaceHold(held, { amount: credits(4), expiresInSeconds: 60, idempotencyKey: 'k' });
    shelf.keep(held);
    expect(shelf.has('ada')).toBe(false);

    const expecting = emptyBook();
    grantTo(expecting, 10, { effectiveAt: new Date(NOW.getTime() + 1) });
    shelf.keep(expecting);
    expect(shelf.has('ada')).toBe(false);
  });

  it('does not keep an account with very many open grants', () => {
    const shelf = new Bookshelf();
    const book = emptyBook();
    for (let grant = 0; grant < 33; grant += 1) grantTo(book, 10);
    shelf.keep(book);
    expect(shelf.has('ada')).toBe(false);
  });
});

describe('trust in memory', () => {
  const batchesUntilThere = (trust: Trust) => {
    let batches = 0;
    for (; !trust.isThere; batches += 1) trust.wait();
    return batches;
  };

  it('is there at first, and comes back after twice as many batches with each failure, up to a thousand', () => {
    const trust = new Trust();
    expect(trust.isThere).toBe(true);
    const waited = Array.from({ length: 13 }, () => {
      trust.lose();
      return batchesUntilThere(trust);
    });
    expect(waited).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024]);
  });

  it('is regained by being right', () => {
    const trust = new Trust();
    for (let failure = 0; failure < 4; failure += 1) trust.lose();
    for (let success = 0; success < 4; success += 1) trust.gain();
    trust.lose();
    expect(batchesUntilThere(trust)).toBe(1);
  });
});
