import { laterStatus, REFUND_STATUSES, takesCredits } from '../../src/returns/refund-lifecycle.js';
import type { StripeRefundStatus } from '../../src/stripe/objects/sale-objects.js';

const FETCHED: StripeRefundStatus[] = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'];

describe('the life of a refund', () => {
  it.each([
    ['requested', 'pending', 'pending'],
    ['requested', 'succeeded', 'succeeded'],
    ['pending', 'requires_action', 'requires_action'],
    ['pending', 'succeeded', 'succeeded'],
    ['succeeded', 'failed', 'failed'],
    ['succeeded', 'pending', 'succeeded'],
    ['failed', 'succeeded', 'failed'],
    ['canceled', 'failed', 'canceled'],
  ] as const)('%s, then %s fetched, is %s', (stored, fetched, expected) => {
    expect(laterStatus(stored, fetched)).toBe(expected);
  });

  it('ends the same in whatever order two answers arrive', () => {
    for (const stored of REFUND_STATUSES)
      for (const final of ['failed', 'canceled'] as const)
        for (const early of FETCHED.filter((status) => status !== 'failed' && status !== 'canceled'))
          expect(laterStatus(laterStatus(stored, early), final)).toBe(laterStatus(laterStatus(stored, final), early));
  });

  it('takes credits once its money has gone, or at once where they were taken for it in advance', () => {
    const taking = (unusedOnly: boolean) => REFUND_STATUSES.filter((status) => takesCredits({ status, unusedOnly }));
    expect(taking(false)).toEqual(['succeeded']);
    expect(taking(true)).toEqual(['requested', 'pending', 'requires_action', 'succeeded']);
  });
});
