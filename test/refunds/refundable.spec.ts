import type { Order } from '../../src/orders/order.entity.js';
import { decideRefundAmount } from '../../src/refunds/refundable.js';
import { OrderNotRefundable, RefundExceedsPayment } from '../../src/refunds/refunds.problems.js';
import type { Refund } from '../../src/returns/refund.entity.js';
import type { RefundStatus } from '../../src/returns/refund-lifecycle.js';

function orderOf(chargedMinor: bigint | null, disputedMinor = 0n): Order {
  return { id: 'ord_1', status: 'fulfilled', chargedMinor, disputedMinor } as Order;
}

function refund(status: RefundStatus, amountMinor: bigint): Refund {
  return { status, amountMinor } as Refund;
}

describe('what a refund comes to', () => {
  it('is all that neither went back nor is on its way', () => {
    const refunds = [
      refund('succeeded', 300n),
      refund('pending', 200n),
      refund('requested', 100n),
      refund('failed', 400n),
    ];
    expect(decideRefundAmount(orderOf(1000n), refunds, undefined)).toBe(400n);
    expect(decideRefundAmount(orderOf(1000n), refunds, 400n)).toBe(400n);
    expect(() => decideRefundAmount(orderOf(1000n), refunds, 401n)).toThrow(RefundExceedsPayment);
  });

  it('is refused when nothing is left', () => {
    expect(() => decideRefundAmount(orderOf(1000n), [refund('succeeded', 1000n)], undefined)).toThrow(
      RefundExceedsPayment,
    );
    expect(() => decideRefundAmount(orderOf(1000n), [refund('succeeded', 1200n)], 1n)).toThrow(RefundExceedsPayment);
  });

  it('is not what a dispute has withdrawn', () => {
    const refunds = [refund('succeeded', 300n)];
    expect(decideRefundAmount(orderOf(1000n, 500n), refunds, undefined)).toBe(200n);
    expect(() => decideRefundAmount(orderOf(1000n, 1000n), [], 1n)).toThrow(RefundExceedsPayment);
  });

  it('is refused when it was not paid through Stripe', () => {
    const order = { ...orderOf(1000n), stripePaymentIntentId: null };
    expect(() => decideRefundAmount(order, [], undefined)).toThrow(OrderNotRefundable);
  });

  it('is refused when nothing was charged', () => {
    for (const charged of [null, 0n])
      expect(() => decideRefundAmount(orderOf(charged), [], undefined)).toThrow(OrderNotRefundable);
  });
});
