import type Stripe from 'stripe';
import { kinds } from '../../kinds/kinds.js';
import type { Tx } from '../../store/database.js';
import { listObjects } from '../../store/list.js';

const mostShown = 10;

/**
 * The cards of a session's customer that may be shown there again: those that were kept for it, unless it asks for
 * others.
 */
export async function savedMethodsFor(tx: Tx, session: Stripe.Checkout.Session): Promise<Stripe.PaymentMethod[]> {
  if (session.customer === null) return [];
  const allowed = session.saved_payment_method_options?.allow_redisplay_filters ?? ['always'];
  const methods = await cardsOf(tx, String(session.customer));
  return methods.filter(({ allow_redisplay = 'unspecified' }) => allowed.includes(allow_redisplay));
}

/** The cards that are attached to a customer, newest first. */
export async function cardsOf(tx: Tx, customerId: string): Promise<Stripe.PaymentMethod[]> {
  const equal = { customer: customerId, type: 'card' };
  return (await listObjects(tx, kinds.paymentMethod, { equal, limit: mostShown })).data;
}
