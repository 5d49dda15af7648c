import type { ListedPayment } from '../../stripe/objects/listed-objects.js';
import { type Difference, money } from './look.js';

/** What the books hold of a payment: the order that it names or that it paid, and the grant that was made for it. */
export interface BookedPayment {
  orderId: string | null;
  accountId: string | null;
  orderStatus: string | null;
  /** Of the order; null until it is paid. */
  chargedMinor: bigint | null;
  currency: string | null;
  /** What the order was fulfilled for; null until it was. */
  fulfilledBy: string | null;
  /** Whether the order gives credits at all. */
  hasCredits: boolean;
  hasGrant: boolean;
  /** Whether several payments have paid the order, which is an invoice's: each is a part of what was charged. */
  isInParts: boolean;
  /** Where it was made on a link for somebody who is no account; null where it was not, or there is one by now. */
  ofNobody: { stripeCustomerId: string | null; reference: string | null } | null;
}

/**
 * What is wrong between a payment at Stripe and the credits that were given for it. Null where a side does not know it.
 */
export function comparePayment(
  stripeId: string,
  listed: ListedPayment | null,
  booked: BookedPayment,
): Difference | undefined {
  if (listed?.isPaid === true) return comparePaid(listed, booked);
  if (!booked.hasGrant && booked.fulfilledBy !== stripeId) return undefined;
  const standing = listed === null ? 'does not know it' : `says that it is ${listed.status}`;
  return {
    kind: 'credited_not_paid',
    repair: 'none',
    detail: `Account ${booked.accountId} was credited for payment ${stripeId}, and Stripe ${standing}.`,
  };
}

function comparePaid(listed: ListedPayment, booked: BookedPayment): Difference | undefined {
  const { stripeId } = listed;
  const { orderId, fulfilledBy, hasCredits, hasGrant } = booked;
  const isCredited = orderId === null ? hasGrant : fulfilledBy === stripeId && (hasGrant || !hasCredits);
  if (isCredited) return compareCharged(listed, booked);
  // It is not about an account: such as that of another program on the same Stripe account.
  if (listed.marker === null) return undefined;
  return { kind: 'paid_not_credited', ...missingCredit(listed, booked) };
}

function missingCredit(listed: ListedPayment, booked: BookedPayment): Pick<Difference, 'repair' | 'detail'> {
  const { stripeId, marker, chargedMinor, currency } = listed;
  const paid = `Payment ${stripeId} of ${money(chargedMinor, currency)} was made`;
  const { orderId, fulfilledBy, ofNobody } = booked;
  if (orderId === null && ofNobody !== null) return { repair: 'none', detail: `${paid} ${detailOfNobody(ofNobody)}` };
  if (orderId === null && marker?.paymentLinkId != null)
    return { repair: 'credit', detail: `${paid} on payment link ${marker.paymentLinkId}, and it has no order.` };
  if (orderId === null)
    return { repair: 'none', detail: `${paid} for order ${marker?.orderId}, which is not in these books.` };
  if (fulfilledBy !== null && fulfilledBy !== stripeId)
    return { repair: 'none', detail: `${paid} for order ${orderId}, which payment ${fulfilledBy} had paid already.` };
  return { repair: 'credit', detail: `${paid} for order ${orderId}, and nothing was credited.` };
}

/** What a person has to do: nothing else says whose the credits are. */
function detailOfNobody({ stripeCustomerId, reference }: NonNullable<BookedPayment['ofNobody']>): string {
  const who = reference === null ? 'for no account' : 'for an account that is not there';
  const remedy =
    stripeCustomerId === null
      ? 'refund it at Stripe, which keeps no customer of it'
      : `name its account with POST /v1/accounts/{accountId}/stripe-customer and customer ${stripeCustomerId}`;
  return `on a payment link ${who}, and nothing was credited: ${remedy}.`;
}

function compareCharged(listed: ListedPayment, booked: BookedPayment): Difference | undefined {
  const { orderId, chargedMinor, currency, isInParts } = booked;
  if (orderId === null || chargedMinor === null || isInParts) return undefined;
  if (chargedMinor === listed.chargedMinor && (listed.currency === null || listed.currency === currency))
    return undefined;
  return {
    kind: 'amount_differs',
    repair: 'none',
    detail:
      `Stripe charged ${money(listed.chargedMinor, listed.currency)} for order ${orderId}, which says ` +
      `${money(chargedMinor, currency)}.`,
  };
}
