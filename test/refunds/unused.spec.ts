import fc from 'fast-check';
import { addDays } from '../../src/kernel/clock.js';
import { addCredits, credits } from '../../src/kernel/credits.js';
import { returnTarget } from '../../src/ledger/decisions/reach-target.js';
import { decideSpend } from '../../src/ledger/decisions/spend.js';
import { offerRefund, unusedOf } from '../../src/refunds/unused.js';
import type { Refund } from '../../src/returns/refund.entity.js';
import type { RefundStatus } from '../../src/returns/refund-lifecycle.js';
import { emptyBook, grantTo, NOW } from '../support/make/books.js';

const purchase = { type: 'payment_intent', id: 'pi_bought' };

function order(chargedMinor: bigint | null, disputedMinor = 0n, given = 12, currency = 'usd') {
  return { credits: credits(given), chargedMinor, disputedMinor, currency };
}

function refund(amountMinor: bigint, status: RefundStatus = 'succeeded', unusedOnly = false): Refund {
  return { amountMinor, status, unusedOnly } as Refund;
}

describe('what is unused of a purchase', () => {
  it('is what remains of its own grants, and nothing that jobs have put aside', () => {
    const book = emptyBook();
    grantTo(book, 100, { priority: 100 });
    grantTo(book, 12, { source: purchase });
    expect(unusedOf(book, purchase)).toBe(12n);
    decideSpend(book, { amount: credits(7), idempotencyKey: 'k', description: null, metadata: {} });
    expect(unusedOf(book, purchase)).toBe(5n);
    book.addHold(credits(103), addDays(NOW, 1), 'h');
    expect(unusedOf(book, purchase)).toBe(2n);
    book.addHold(credits(2), addDays(NOW, 1), 'i');
    expect(unusedOf(book, purchase)).toBe(0n);
  });

  it('is nothing that has lapsed', () => {
    const book = emptyBook();
    grantTo(book, 12, { source: purchase, expiresAt: addDays(NOW, -1), effectiveAt: addDays(NOW, -2) });
    expect(unusedOf(book, purchase)).toBe(0n);
  });
});

describe('the price of what is unused', () => {
  it.each([
    ['all of it', order(1000n), [], 12, { unusedCredits: 12n, refundableMinor: 1000n, fullMinor: 1000n }],
    ['a part, rounded down', order(1000n), [], 5, { unusedCredits: 5n, refundableMinor: 416n, fullMinor: 1000n }],
    ['nothing', order(1000n), [], 0, { unusedCredits: 0n, refundableMinor: 0n, fullMinor: 1000n }],
    ['what was discounted', order(500n), [], 6, { unusedCredits: 6n, refundableMinor: 250n, fullMinor: 500n }],
    ['what was free', order(0n), [], 12, { unusedCredits: 12n, refundableMinor: 0n, fullMinor: 0n }],
    ['after a refund', order(1000n), [refund(500n)], 6, { unusedCredits: 6n, refundableMinor: 500n, fullMinor: 500n }],
    [
      'after a failed one',
      order(1000n),
      [refund(500n, 'failed')],
      12,
      { unusedCredits: 12n, refundableMinor: 1000n, fullMinor: 1000n },
    ],
    [
      'beside one on its way, which is promised its share',
      order(1000n),
      [refund(500n, 'pending')],
      12,
      { unusedCredits: 6n, refundableMinor: 500n, fullMinor: 500n },
    ],
    [
      'beside one that has taken its credits already',
      order(1000n),
      [refund(500n, 'pending', true)],
      6,
      { unusedCredits: 6n, refundableMinor: 500n, fullMinor: 500n },
    ],
    ['of a disputed payment', order(1000n, 1000n), [], 0, { unusedCredits: 0n, refundableMinor: 0n, fullMinor: 0n }],
    [
      'credits that are worth less than a cent',
      order(1n, 0n, 1000),
      [],
      999,
      { unusedCredits: 999n, refundableMinor: 0n, fullMinor: 1n },
    ],
    [
      'a part, in a currency whose third decimal Stripe does not take',
      order(10_000n, 0n, 12, 'kwd'),
      [],
      5,
      { unusedCredits: 5n, refundableMinor: 4_160n, fullMinor: 10_000n },
    ],
    [
      'a part, in a currency that has no decimals and is written with two',
      order(100_000n, 0n, 12, 'isk'),
      [],
      5,
      { unusedCredits: 5n, refundableMinor: 41_600n, fullMinor: 100_000n },
    ],
  ])('%s', (_what, of, refunds, present, expected) => {
    expect(offerRefund(of, refunds, credits(present))).toEqual(expected);
  });

  it('never takes more credits than are there, and never more money than was charged', () => {
    const money = fc.bigInt({ min: 1n, max: 5_000n });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        money,
        fc.array(
          fc.record({ share: fc.nat({ max: 100 }), status: fc.constantFrom<RefundStatus>('succeeded', 'pending') }),
          {
            maxLength: 3,
          },
        ),
        fc.nat({ max: 100 }),
        (given, chargedMinor, shares, spentShare) => {
          let left = chargedMinor;
          const refunds = shares.map(({ share, status }) => {
            const amountMinor = (left * BigInt(share)) / 100n;
            left -= amountMinor;
            return refund(amountMinor, status);
          });
          const of = order(chargedMinor, 0n, given);
          const settled = returnTarget(of.credits, chargedMinor, sum(refunds, 'succeeded'));
          const there = credits(((BigInt(given) - settled) * BigInt(100 - spentShare)) / 100n);
          const offer = offerRefund(of, refunds, there);
          const after = chargedMinor - left + offer.refundableMinor;
          expect(after).toBeLessThanOrEqual(chargedMinor);
          const promised = returnTarget(of.credits, chargedMinor, chargedMinor - left);
          const target = returnTarget(of.credits, chargedMinor, after);
          expect(target).toBeLessThanOrEqual(addCredits(promised, offer.unusedCredits));
        },
      ),
    );
  });
});

function sum(refunds: readonly Refund[], status: RefundStatus): bigint {
  return refunds.filter((one) => one.status === status).reduce((total, { amountMinor }) => total + amountMinor, 0n);
}
