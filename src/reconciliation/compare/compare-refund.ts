import { type RefundStatus, takesCredits } from '../../returns/refund-lifecycle.js';
import type { ListedRefund } from '../../stripe/objects/listed-objects.js';
import { type Difference, money } from './look.js';

/** What the books hold of a refund, and of the order whose money it is. */
export interface BookedRefund {
  /** Null while the books have no such refund. */
  refundId: string | null;
  status: RefundStatus | null;
  amountMinor: bigint | null;
  currency: string | null;
  unusedOnly: boolean;
  /** Whether credits were taken for it. */
  counted: boolean;
  orderId: string | null;
  accountId: string | null;
  isFulfilled: boolean;
}

/**
 * What is wrong between a refund at Stripe and the credits that were taken for it. Null where Stripe does not know it.
 */
export function compareRefund(
  stripeId: string,
  listed: ListedRefund | null,
  booked: BookedRefund,
): Difference | undefined {
  // Where nothing was given there is nothing to take: what is wrong is the payment. A link's order is made with its
  // credits.
  if (booked.orderId === null && listed?.marker?.paymentLinkId == null) return undefined;
  const isDue = listed !== null && takesCredits({ status: listed.status, unusedOnly: booked.unusedOnly });
  if (isDue && isMissing(listed, booked)) {
    const of = booked.orderId === null ? `payment ${listed.stripePaymentIntentId}` : `order ${booked.orderId}`;
    return {
      kind: 'refunded_not_reversed',
      repair: 'reverse',
      detail:
        `Refund ${stripeId} gave ${money(listed.amountMinor, listed.currency)} of ${of} back, and its credits were ` +
        'not taken.',
    };
  }
  if (!isDue && booked.counted) return reversedForNothing(stripeId, listed, booked);
  return compareAmounts(stripeId, listed, booked);
}

/** Of an order that is not fulfilled a refund is only stored: no credits are there to be taken. */
function isMissing(listed: ListedRefund, { refundId, status, counted, isFulfilled }: BookedRefund): boolean {
  if (refundId === null) return true;
  return (isFulfilled && !counted) || (listed.status === 'succeeded' && status !== 'succeeded');
}

function reversedForNothing(stripeId: string, listed: ListedRefund | null, { orderId }: BookedRefund): Difference {
  const standing = listed === null ? 'does not know it' : `says that it is ${listed.status}`;
  return {
    kind: 'reversed_not_refunded',
    repair: listed === null ? 'none' : 'reinstate',
    detail: `Credits of order ${orderId} were taken for refund ${stripeId}, and Stripe ${standing}.`,
  };
}

function compareAmounts(
  stripeId: string,
  listed: ListedRefund | null,
  { amountMinor, currency, orderId }: BookedRefund,
): Difference | undefined {
  if (listed === null || amountMinor === null) return undefined;
  if (listed.amountMinor === amountMinor && listed.currency === currency) return undefined;
  return {
    kind: 'amount_differs',
    repair: 'settle',
    detail:
      `Stripe refunded ${money(listed.amountMinor, listed.currency)} of order ${orderId} with ${stripeId}, and the ` +
      `books say ${money(amountMinor, currency)}.`,
  };
}
