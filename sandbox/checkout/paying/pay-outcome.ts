import type Stripe from 'stripe';
import type { Decline } from '../../kinds/card.js';
import type { BuyerDetails } from '../../kinds/session.js';
import type { Means } from '../../payments/methods/new-payment-method.js';

/**
 * `completed` carries the event to wait for; `closed` is what somebody else made of the session meanwhile; `refused` is
 * a discount that was lost, so that the price is another one.
 */
export type PayOutcome =
  | { kind: 'completed'; session: Stripe.Checkout.Session; eventId: string }
  | { kind: 'challenged'; url: string }
  | { kind: 'declined'; decline: Decline; session: Stripe.Checkout.Session }
  | { kind: 'refused'; message: string }
  | { kind: 'closed'; session: Stripe.Checkout.Session }
  | { kind: 'unknown' };

export interface Payer {
  details: BuyerDetails;
  /** Absent when there is nothing to pay. */
  means?: Means | { kind: 'saved'; methodId: string };
}
