import type Stripe from 'stripe';
import { subscribeSession } from '../../billing/subscriptions/subscribe-session.js';
import { recordEvent } from '../../events/record.js';
import type { Attempt } from '../../payments/charges/new-charge.js';
import { keepPaidWith } from '../../payments/methods/keep-paid-with.js';
import type { Method } from '../../payments/methods/new-payment-method.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { redeemDiscount } from '../discounts/redeem-discount.js';
import type { Session } from '../sessions/reprice.js';
import { updateCustomer } from '../sessions/session-customer.js';

/** How a session came to its end; without an intent there was nothing to pay. */
interface Ending {
  intent?: Stripe.PaymentIntent;
  method?: Method;
  outcome?: Attempt;
}

/**
 * Completes a session with its details, counts its discount, and brings its customer up to date. A payment that is
 * pending leaves it unpaid until the bank answers.
 */
export async function completeSession(
  work: Work,
  session: Session,
  { intent, method, outcome }: Ending,
): Promise<{ session: Stripe.Checkout.Session; eventId: string }> {
  if (session.hidden.discount !== undefined) await redeemDiscount(work, session.hidden.discount);
  await updateCustomer(work, session);
  if (intent !== undefined && method !== undefined) {
    await keepPaidWith(work, intent, method, { saves: session.hidden.details?.saves ?? false });
  }
  const completed: Stripe.Checkout.Session = {
    ...session.shown,
    ...(await resultOf(work, session, { intent, method })),
    payment_status: outcome === undefined ? 'no_payment_required' : outcome.kind === 'paid' ? 'paid' : 'unpaid',
    status: 'complete',
    url: null,
  };
  await saveObject(work.tx, { ...session, shown: completed });
  return { session: completed, eventId: await recordEvent(work, 'checkout.session.completed', completed) };
}

/** A payment, or a subscription with its first invoice, which stands between the session and its payment. */
async function resultOf(
  work: Work,
  session: Session,
  paid: Pick<Ending, 'intent' | 'method'>,
): Promise<Partial<Stripe.Checkout.Session>> {
  if (session.shown.mode !== 'subscription') return { payment_intent: paid.intent?.id ?? null };
  const { subscription, invoice } = await subscribeSession(work, session, paid);
  return { invoice: invoice.shown.id, subscription: subscription.shown.id };
}
