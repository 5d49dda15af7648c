import {
  ORDER_STATUSES,
  type OrderStatus,
  type PaymentChange,
  statusAfterPayment,
  statusOfPaid,
} from '../../src/checkout/order-lifecycle.js';

const CHANGES: PaymentChange[] = ['open', 'processing', 'failed', 'expired', 'paid', 'abandoned'];
const PAID: OrderStatus[] = ['fulfilled', 'partially_refunded', 'refunded', 'disputed'];
const UNPAID = ORDER_STATUSES.filter((status) => !PAID.includes(status));

describe('the life of an order', () => {
  it.each([
    ['pending', 'open', 'pending'],
    ['pending', 'processing', 'processing'],
    ['pending', 'failed', 'failed'],
    ['pending', 'expired', 'expired'],
    ['pending', 'abandoned', 'canceled'],
    ['processing', 'open', 'processing'],
    ['processing', 'failed', 'failed'],
    ['processing', 'expired', 'processing'],
    ['failed', 'processing', 'failed'],
    ['expired', 'open', 'expired'],
    ['expired', 'processing', 'processing'],
    ['canceled', 'expired', 'canceled'],
  ] as const)('%s and %s make %s', (before, change, after) => {
    expect(statusAfterPayment(before, change)).toBe(after);
  });

  it.each(UNPAID)('%s becomes fulfilled when money comes in after all', (status) => {
    expect(statusAfterPayment(status, 'paid')).toBe('fulfilled');
  });

  it.each(PAID)('%s stays what it is, whatever is heard of the payment', (status) => {
    for (const change of CHANGES) expect(statusAfterPayment(status, change)).toBe(status);
  });

  it('is not moved by hearing a thing twice', () => {
    for (const status of ORDER_STATUSES)
      for (const change of CHANGES) {
        const once = statusAfterPayment(status, change);
        expect(statusAfterPayment(once, change)).toBe(once);
      }
  });

  it.each([
    [1000n, 0n, 0n, 'fulfilled'],
    [1000n, 1n, 0n, 'partially_refunded'],
    [1000n, 1000n, 0n, 'refunded'],
    [1000n, 0n, 1n, 'disputed'],
    [1000n, 1000n, 1000n, 'disputed'],
    [0n, 0n, 0n, 'fulfilled'],
  ] as const)(
    'a paid order of %s with %s refunded and %s disputed is %s',
    (chargedMinor, refundedMinor, disputedMinor, status) => {
      expect(statusOfPaid({ chargedMinor, refundedMinor, disputedMinor })).toBe(status);
    },
  );
});
