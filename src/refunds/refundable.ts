import type { Order } from '../checkout/order.js';
import type { Refund } from './refund.js';
import { claimsMoney } from './refund-lifecycle.js';
import { OrderNotRefundable, RefundExceedsPayment } from './refunds.problems.js';

/**
 * What a new refund of the order comes to, in minor units: what was asked for, or all that has neither gone back nor is
 * on its way. @throws OrderNotRefundable, RefundExceedsPayment
 */
export function decideRefundAmount(order: Order, refunds: readonly Refund[], askedMinor: bigint | undefined): bigint {
  const { id: orderId, status: orderStatus, chargedMinor } = order;
  if (chargedMinor === null || chargedMinor === 0n) throw new OrderNotRefundable({ orderId, orderStatus });
  const refundedMinor = sumOf(refunds.filter(({ status }) => status === 'succeeded'));
  const pendingMinor = sumOf(refunds.filter(({ status }) => status !== 'succeeded' && claimsMoney(status)));
  const left = chargedMinor - refundedMinor - pendingMinor;
  const refundableMinor = left > 0n ? left : 0n;
  const requestedMinor = askedMinor ?? refundableMinor;
  if (requestedMinor === 0n || requestedMinor > refundableMinor)
    throw new RefundExceedsPayment({
      orderId,
      chargedMinor,
      refundedMinor,
      pendingMinor,
      refundableMinor,
      requestedMinor,
    });
  return requestedMinor;
}

function sumOf(refunds: readonly Refund[]): bigint {
  return refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
