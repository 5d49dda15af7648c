import type { Order } from '../orders/order.entity.js';
import type { Refund } from '../returns/refund.entity.js';
import { claimsMoney } from '../returns/refund-lifecycle.js';
import { OrderNotRefundable, RefundExceedsPayment } from './refunds.problems.js';

/** What of an order's money is back, or on its way, in minor units. */
export interface Refunded {
  refundedMinor: bigint;
  pendingMinor: bigint;
  /** Withdrawn by disputes and not given back. */
  disputedMinor: bigint;
  /** All of that together. */
  claimedMinor: bigint;
  /** What is left of the charge. */
  refundableMinor: bigint;
}

export function refundedOf(
  { chargedMinor, disputedMinor }: Pick<Order, 'chargedMinor' | 'disputedMinor'>,
  refunds: readonly Refund[],
): Refunded {
  const refundedMinor = sumOf(refunds.filter(({ status }) => status === 'succeeded'));
  const pendingMinor = sumOf(refunds.filter(({ status }) => status !== 'succeeded' && claimsMoney(status)));
  const claimedMinor = refundedMinor + pendingMinor + disputedMinor;
  const left = (chargedMinor ?? 0n) - claimedMinor;
  return { refundedMinor, pendingMinor, disputedMinor, claimedMinor, refundableMinor: left > 0n ? left : 0n };
}

/** What of an order says what of it can go back. */
type PaidOrder = Pick<Order, 'id' | 'status' | 'chargedMinor' | 'disputedMinor' | 'stripePaymentIntentId'>;

/**
 * Only what was paid can go back, and only the way that it came: an invoice that somebody marked as paid elsewhere has
 * no payment at Stripe. @throws OrderNotRefundable
 */
export function assertRefundable(order: PaidOrder): bigint {
  const { id: orderId, status: orderStatus, chargedMinor, stripePaymentIntentId } = order;
  if (chargedMinor === null || chargedMinor === 0n || stripePaymentIntentId === null)
    throw new OrderNotRefundable({ orderId, orderStatus });
  return chargedMinor;
}

/**
 * What a new refund of the order comes to, in minor units: what was asked for, or all that has neither gone back nor is
 * on its way. @throws OrderNotRefundable, RefundExceedsPayment
 */
export function decideRefundAmount(
  order: PaidOrder,
  refunds: readonly Refund[],
  askedMinor: bigint | undefined,
): bigint {
  const chargedMinor = assertRefundable(order);
  const { claimedMinor: _, ...refunded } = refundedOf(order, refunds);
  const requestedMinor = askedMinor ?? refunded.refundableMinor;
  if (requestedMinor === 0n || requestedMinor > refunded.refundableMinor)
    throw new RefundExceedsPayment({ orderId: order.id, chargedMinor, ...refunded, requestedMinor });
  return requestedMinor;
}

function sumOf(refunds: readonly Refund[]): bigint {
  return refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
