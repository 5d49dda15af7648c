import {
  ORDER_STATUSES,
  type OrderStatus,
  PAYMENT_CHANGES,
  statusAfterPayment,
  statusOfPaid,
} from '../../src/orders/order-lifecycle.js';

const PAID: OrderStatus[] = ['fulfilled', 'partially_refunded', 'refunded', 'disputed'];
const UNPAID = ORDER_STATUSES.filter((status) => !PAID.includes(status));

describe('the life of an order', () => {
  /** Every status that is not paid, and what each change makes of it. */
  it.each([
    // status       open          processing    failed      expired       asked       declined    underway      canceled
    // abandoned
    [
      'pending',
      'pending',
      'processing',
      'failed',
      'expired',
      'pending',
      'failed',
      'processing',
      'canceled',
      'canceled',
    ],
    [
      'processing',
      'processing',
      'processing',
      'failed',
      'processing',
      'pending',
      'failed',
      'processing',
      'canceled',
      'processing',
    ],
    ['failed', 'failed', 'failed', 'failed', 'failed', 'pending', 'failed', 'processing', 'canceled', 'failed'],
    ['expired', 'expired', 'processing', 'failed', 'expired', 'expired', 'failed', 'processing', 'canceled', 'expired'],
    [
      'canceled',
      'canceled',
      'processing',
      'canceled',
      'canceled',
      'canceled',
      'canceled',
      'processing',
      'canceled',
      'canceled',
    ],
  ] as [OrderStatus, ...OrderStatus[]][])('%s becomes what the table says', (before, ...after) => {
    const changes = PAYMENT_CHANGES.filter((change) => change !== 'paid');
    expect(changes.map((change) => statusAfterPayment(before, change))).toEqual(after);
  });

  it.each(UNPAID)('%s becomes fulfilled when money comes in after all', (status) => {
    expect(statusAfterPayment(status, 'paid')).toBe('fulfilled');
  });

  it.each(PAID)('%s stays what it is, whatever is heard of the payment', (status) => {
    for (const change of PAYMENT_CHANGES) expect(statusAfterPayment(status, change)).toBe(status);
  });

  it('is not moved by hearing a thing twice', () => {
    for (const status of ORDER_STATUSES)
      for (const change of PAYMENT_CHANGES) {
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
