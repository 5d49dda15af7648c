import type { ListedInvoice } from '../../stripe/listings/listed-invoices.js';
import { type Difference, money } from './look.js';

/** What the books hold of an invoice: whose it is, and the order that was made of it. */
export interface BookedInvoice {
  /** Null while the books have no order of it. */
  orderId: string | null;
  /** Whose subscription it is of; null for that of somebody who is no account here. */
  accountId: string | null;
  orderStatus: string | null;
  /** Of the order. */
  chargedMinor: bigint | null;
  currency: string | null;
  /** Whether it was paid with a payment, which is compared by itself. */
  hasPayment: boolean;
  /** Whether a period of the plan gives credits. */
  givesCredits: boolean;
  /** Whether an allowance of it was to be granted a day ago, and was not. */
  isOverdue: boolean;
}

/**
 * What is wrong between an invoice at Stripe and the allowance that was given for it. Null where Stripe does not know
 * it.
 */
export function compareInvoice(
  stripeId: string,
  listed: ListedInvoice | null,
  booked: BookedInvoice,
): Difference | undefined {
  if (listed?.isPaid === true) return comparePaid(listed, booked);
  // What was paid with a payment is found by that one.
  if (booked.orderId === null || booked.hasPayment) return undefined;
  const standing = listed === null ? 'does not know it' : `says that it is ${listed.status}`;
  return {
    kind: 'credited_not_paid',
    repair: 'none',
    detail: `Account ${booked.accountId} was credited for invoice ${stripeId}, and Stripe ${standing}.`,
  };
}

function comparePaid(listed: ListedInvoice, booked: BookedInvoice): Difference | undefined {
  const { stripeId, stripeSubscriptionId, chargedMinor, currency } = listed;
  const { orderId, accountId, isOverdue } = booked;
  // It is not about an account: such as that of another service on the same Stripe account.
  if (accountId === null) return undefined;
  if (orderId !== null && !isOverdue) return compareCharged(listed, booked);
  if (orderId === null && !isToBeBooked(listed, booked)) return undefined;
  const missing = orderId === null ? 'it has no order' : `what order ${orderId} gives was not granted`;
  return {
    kind: 'paid_not_credited',
    repair: 'credit',
    detail:
      `Invoice ${stripeId} of ${money(chargedMinor, currency)} of subscription ${stripeSubscriptionId} was paid, and ` +
      `${missing}.`,
  };
}

/** The same that makes an order of an invoice: what neither charged nor gave anything has none, but for the first. */
function isToBeBooked({ reason, chargedMinor }: ListedInvoice, { givesCredits }: BookedInvoice): boolean {
  switch (reason) {
    case 'create':
      return true;
    case 'cycle':
      return chargedMinor > 0n || givesCredits;
    case 'update':
      return chargedMinor > 0n;
    case 'other':
      return false;
  }
}

function compareCharged(
  listed: ListedInvoice,
  { orderId, chargedMinor, currency, hasPayment }: BookedInvoice,
): Difference | undefined {
  if (hasPayment || (chargedMinor === listed.chargedMinor && currency === listed.currency)) return undefined;
  return {
    kind: 'amount_differs',
    repair: 'none',
    detail:
      `Stripe says that ${money(listed.chargedMinor, listed.currency)} was paid for order ${orderId}, which says ` +
      `${money(chargedMinor ?? 0n, currency)}.`,
  };
}
