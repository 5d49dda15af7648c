import { matchRefunds } from '../../src/returns/match-refunds.js';
import type { Refund } from '../../src/returns/refund.entity.js';
import type { StripeRefund } from '../../src/stripe/objects/sale-objects.js';

function known(changes: Partial<Refund>): Refund {
  return {
    id: 'rfd_1',
    amountMinor: 100n,
    status: 'requested',
    stripeRefundId: null,
    failureReason: null,
    ...changes,
  } as Refund;
}

function fetched(changes: Partial<StripeRefund> = {}): StripeRefund {
  return {
    stripeRefundId: 're_1',
    refundId: null,
    amountMinor: 100n,
    currency: 'usd',
    status: 'succeeded',
    failureReason: null,
    ...changes,
  };
}

describe('recognising refunds', () => {
  it('takes one of ours by the id that we gave it', () => {
    expect(matchRefunds([known({})], [fetched({ refundId: 'rfd_1' })])).toEqual({
      changes: [{ id: 'rfd_1', status: 'succeeded', amountMinor: 100n, stripeRefundId: 're_1', failureReason: null }],
      strangers: [],
    });
  });

  it('takes one that is known by the id that Stripe gave it', () => {
    const refunds = [known({ stripeRefundId: 're_1', status: 'succeeded' })];
    expect(matchRefunds(refunds, [fetched()])).toEqual({ changes: [], strangers: [] });
    const failed = fetched({ status: 'failed', failureReason: 'declined' });
    expect(matchRefunds(refunds, [failed]).changes).toEqual([
      { id: 'rfd_1', status: 'failed', amountMinor: 100n, stripeRefundId: 're_1', failureReason: 'declined' },
    ]);
  });

  it('believes Stripe about one that only we called failed', () => {
    const refunds = [known({ status: 'failed', failureReason: 'invalid_request_error' })];
    for (const status of ['pending', 'succeeded', 'canceled'] as const)
      expect(matchRefunds(refunds, [fetched({ refundId: 'rfd_1', status })])).toEqual({
        changes: [{ id: 'rfd_1', status, amountMinor: 100n, stripeRefundId: 're_1', failureReason: null }],
        strangers: [],
      });
  });

  it('does not believe an id of ours that another refund carries', () => {
    const refunds = [known({ stripeRefundId: 're_other' })];
    const stranger = fetched({ refundId: 'rfd_1' });
    expect(matchRefunds(refunds, [stranger])).toEqual({ changes: [], strangers: [stranger] });
  });

  it('counts what Stripe says that went back, whatever we asked for', () => {
    const made = fetched({ refundId: 'rfd_1', amountMinor: 40n });
    expect(matchRefunds([known({})], [made]).changes).toMatchObject([{ id: 'rfd_1', amountMinor: 40n }]);
    const stored = known({ stripeRefundId: 're_1', status: 'succeeded', amountMinor: 100n });
    expect(matchRefunds([stored], [made]).changes).toMatchObject([{ id: 'rfd_1', amountMinor: 40n }]);
  });

  it('takes one of two that carry our id for ours', () => {
    const [one, other] = [fetched({ refundId: 'rfd_1' }), fetched({ refundId: 'rfd_1', stripeRefundId: 're_2' })];
    const matched = matchRefunds([known({})], [one, other]);
    expect(matched.changes).toMatchObject([{ id: 'rfd_1', stripeRefundId: 're_1' }]);
    expect(matched.strangers).toEqual([other]);
  });

  it('takes nothing back because a list does not name it', () => {
    expect(matchRefunds([known({ stripeRefundId: 're_1', status: 'succeeded' })], [])).toEqual({
      changes: [],
      strangers: [],
    });
  });
});
