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

/**
 * What can be heard of the payment of an order. On a page of Stripe's it is `open`, `processing`, `failed` or
 * `expired`; in a form of the app's own it is `asked` for, `declined`, `underway` or `canceled`. `abandoned` is not
 * heard of: the order was given up here before it could be paid.
 */
export const PAYMENT_CHANGES = [
  'open',
  'processing',
  'failed',
  'expired',
  'asked',
  'declined',
  'underway',
  'canceled',
  'abandoned',
  'paid',
] as const;
export type PaymentChange = (typeof PAYMENT_CHANGES)[number];

type UnpaidStatus = 'pending' | 'processing' | 'failed' | 'expired' | 'canceled';

/**
 * A page only goes forwards, so what is heard late changes nothing. A form can be declined and tried again, so its
 * order goes back to `pending` and `processing`: there the answer to the latest question wins (`NotePayment`).
 */
const AFTER_PAYMENT: Record<UnpaidStatus, Record<PaymentChange, OrderStatus>> = {
  pending: {
    open: 'pending',
    processing: 'processing',
    failed: 'failed',
    expired: 'expired',
    asked: 'pending',
    declined: 'failed',
    underway: 'processing',
    canceled: 'canceled',
    abandoned: 'canceled',
    paid: 'fulfilled',
  },
  processing: {
    open: 'processing',
    processing: 'processing',
    failed: 'failed',
    expired: 'processing',
    asked: 'pending',
    declined: 'failed',
    underway: 'processing',
    canceled: 'canceled',
    abandoned: 'processing',
    paid: 'fulfilled',
  },
  failed: {
    open: 'failed',
    processing: 'failed',
    failed: 'failed',
    expired: 'failed',
    asked: 'pending',
    declined: 'failed',
    underway: 'processing',
    canceled: 'canceled',
    abandoned: 'failed',
    paid: 'fulfilled',
  },
  expired: {
    open: 'expired',
    processing: 'processing',
    failed: 'failed',
    expired: 'expired',
    asked: 'expired',
    declined: 'failed',
    underway: 'processing',
    canceled: 'canceled',
    abandoned: 'expired',
    paid: 'fulfilled',
  },
  canceled: {
    open: 'canceled',
    processing: 'processing',
    failed: 'canceled',
    expired: 'canceled',
    asked: 'canceled',
    declined: 'canceled',
    underway: 'processing',
    canceled: 'canceled',
    abandoned: 'canceled',
    paid: 'fulfilled',
  },
};

/**
 * The status after the payment has changed. Money that has come in always counts, whatever was believed before; nothing
 * about the payment changes an order that is paid. Any fact may come late or twice.
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
