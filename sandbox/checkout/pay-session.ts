import type Stripe from 'stripe';
import { newCustomer } from '../catalogue/new-customer.js';
import { type HiddenSession, kinds } from '../kinds.js';
import type { Decline } from '../payments/cards/card.js';
import { chargeIntent } from '../payments/charge-intent.js';
import { newIntent } from '../payments/new-intent.js';
import type { Card } from '../payments/read-card.js';
import { findObject, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { keepNew } from '../webhooks/change.js';
import { recordEvent } from '../webhooks/record.js';
import { detailsOf } from './session-customer.js';

type Session = Stored<Stripe.Checkout.Session, HiddenSession>;

/** `paid` carries the event to wait for; `closed` is what somebody else made of the session meanwhile. */
export type PayOutcome =
  | { kind: 'paid'; session: Stripe.Checkout.Session; eventId: string }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'closed'; session: Stripe.Checkout.Session }
  | { kind: 'unknown' };

export interface Payer {
  email: string;
  /** Absent when there is nothing to pay. */
  card?: Card;
}

/** Pays an open session, once however often it is submitted: the session stays locked until the transaction ends. */
export async function paySession(work: Work, sessionId: string, payer: Payer): Promise<PayOutcome> {
  const session = await findObject(work.tx, kinds.checkoutSession, sessionId, { lock: true });
  if (session === undefined) return { kind: 'unknown' };
  if (session.shown.status !== 'open') return { kind: 'closed', session: session.shown };
  const customerId = await customerFor(work, session.shown, payer);
  if (payer.card === undefined) return complete(work, session, payer, customerId, null);
  const intent = await intentFor(work, session, customerId);
  const decline = await chargeIntent(work, intent, payer.card, payer.email);
  if (decline === undefined) return complete(work, session, payer, customerId, intent.shown.id);
  await saveObject(work.tx, { ...session, hidden: { ...session.hidden, intentId: intent.shown.id } });
  return { kind: 'declined', decline };
}

/** The customer that the session was made for, or a new one when it asks for that and the payment can be expected to pass. */
async function customerFor(work: Work, session: Stripe.Checkout.Session, payer: Payer): Promise<string | null> {
  if (session.customer !== null) return String(session.customer);
  const declined = payer.card?.behaviour.decline !== undefined;
  if (session.customer_creation !== 'always' || declined) return null;
  const customer = newCustomer({ email: payer.email }, work.now);
  await keepNew(work, kinds.customer, { shown: customer, hidden: {} }, 'customer.created');
  return customer.id;
}

/** The intent of an earlier attempt, or a new one. */
async function intentFor(
  work: Work,
  { shown, hidden }: Session,
  customerId: string | null,
): Promise<Stored<Stripe.PaymentIntent>> {
  if (hidden.intentId !== undefined) {
    const earlier = await findObject(work.tx, kinds.paymentIntent, hidden.intentId, { lock: true });
    if (earlier !== undefined) return { ...earlier, shown: { ...earlier.shown, customer: customerId } };
  }
  const intent = newIntent({
    amountMinor: shown.amount_total ?? 0,
    currency: shown.currency ?? 'usd',
    customerId,
    created: work.now,
    data: hidden.intentData,
  });
  await keepNew(work, kinds.paymentIntent, { shown: intent, hidden: {} }, 'payment_intent.created');
  return { shown: intent, hidden: {} };
}

async function complete(
  work: Work,
  session: Session,
  payer: Payer,
  customerId: string | null,
  intentId: string | null,
): Promise<PayOutcome> {
  const { shown } = session;
  const completed: Stripe.Checkout.Session = {
    ...shown,
    customer: customerId,
    customer_details: { ...(shown.customer_details ?? detailsOf({})), email: payer.email },
    payment_intent: intentId,
    payment_status: intentId === null ? 'no_payment_required' : 'paid',
    status: 'complete',
    url: null,
  };
  await saveObject(work.tx, { ...session, shown: completed });
  const eventId = await recordEvent(work, 'checkout.session.completed', completed);
  return { kind: 'paid', session: completed, eventId };
}
