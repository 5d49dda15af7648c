export const ORDER_STATUSES = [
  'pending',
  'processing',
  'fulfilled',
  'partially_refunded',
  'refunded',
  'disputed',
  'failed',
  'expired',
  'canceled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What can happen to the payment of an order. `abandoned` is ours: the order was given up before it could be paid. */
export type PaymentChange = 'open' | 'processing' | 'failed' | 'expired' | 'paid' | 'abandoned';

const AFTER_PAYMENT: Record<
  'pending' | 'processing' | 'failed' | 'expired' | 'canceled',
  Record<PaymentChange, OrderStatus>
> = {
  pending: {
    open: 'pending',
    processing: 'processing',
    failed: 'failed',
    expired: 'expired',
    paid: 'fulfilled',
    abandoned: 'canceled',
  },
  processing: {
    open: 'processing',
    processing: 'processing',
    failed: 'failed',
    expired: 'processing',
    paid: 'fulfilled',
    abandoned: 'processing',
  },
  failed: {
    open: 'failed',
    processing: 'failed',
    failed: 'failed',
    expired: 'failed',
    paid: 'fulfilled',
    abandoned: 'failed',
  },
  expired: {
    open: 'expired',
    processing: 'processing',
    failed: 'failed',
    expired: 'expired',
    paid: 'fulfilled',
    abandoned: 'expired',
  },
  canceled: {
    open: 'canceled',
    processing: 'processing',
    failed: 'canceled',
    expired: 'canceled',
    paid: 'fulfilled',
    abandoned: 'canceled',
  },
};

/**
 * The status after the payment has changed. Money that has come in always counts, whatever was believed before; nothing
 * about the payment changes an order that is paid. Any fact may come late or twice: a state is left forwards only.
 */
export function statusAfterPayment(status: OrderStatus, change: PaymentChange): OrderStatus {
  switch (status) {
    case 'fulfilled':
    case 'partially_refunded':
    case 'refunded':
    case 'disputed':
      return status;
    default:
      return AFTER_PAYMENT[status][change];
  }
}

/** What has gone back of a paid order, in minor units. */
export interface Returned {
  chargedMinor: bigint;
  refundedMinor: bigint;
  /** Withdrawn by disputes and not given back. */
  disputedMinor: bigint;
}

/** The status of a paid order, which follows from its money alone. */
export function statusOfPaid({ chargedMinor, refundedMinor, disputedMinor }: Returned): OrderStatus {
  if (disputedMinor > 0n) return 'disputed';
  if (refundedMinor <= 0n) return 'fulfilled';
  return refundedMinor < chargedMinor ? 'partially_refunded' : 'refunded';
}
