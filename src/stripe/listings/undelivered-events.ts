import type Stripe from 'stripe';
import { UnreadableEvent } from '../events/event-object.js';
import { readFact } from '../events/facts.js';
import { idOf } from '../objects/billing-mappers.js';
import type { UndeliveredEvent } from '../objects/listed-objects.js';

/** The events about payments, refunds and disputes that are acted on. Stripe lists at most twenty types at once. */
export const EVENTS_ABOUT_MONEY = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
] as const;

/** The events about invoices on which credits hang. The others only change what is told and what is opened. */
export const EVENTS_ABOUT_INVOICES = ['invoice.paid', 'invoice_payment.paid'] as const;

type About = Omit<UndeliveredEvent, 'stripeEventId'>;

/**
 * Undefined for an event that is not acted on. Whether a refund, a dispute or an invoice is an account's is not in its
 * event. Events are listed in the API version of their time. One that cannot be read is missed nowhere: what it was
 * about is listed as well.
 */
export function toUndelivered(event: Stripe.Event): UndeliveredEvent | undefined {
  if (!isActedOn(event)) return undefined;
  const about = aboutOf(event);
  return about === undefined ? undefined : { stripeEventId: event.id, ...about };
}

function isActedOn(event: Stripe.Event): boolean {
  try {
    return readFact(event).kind !== 'ignored';
  } catch (error) {
    if (error instanceof UnreadableEvent) return false;
    throw error;
  }
}

function aboutOf(event: Stripe.Event): About | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return event.data.object.mode === 'payment' ? paymentOfSession(event.data.object) : undefined;
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
    case 'payment_intent.requires_action':
    case 'payment_intent.canceled':
      return { about: 'payment', stripeId: event.data.object.id };
    case 'invoice.paid':
      return { about: 'invoice', stripeId: event.data.object.id };
    case 'invoice_payment.paid':
      return { about: 'invoice', stripeId: idOf(event.data.object.invoice) };
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return { about: 'refund', stripeId: event.data.object.id };
    case 'charge.refunded':
      return ofPayment('refunds_of_payment', event.data.object.payment_intent);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
    case 'charge.dispute.closed':
      return { about: 'dispute', stripeId: event.data.object.id };
    case 'radar.early_fraud_warning.created':
    case 'radar.early_fraud_warning.updated':
      return ofPayment('payment', event.data.object.payment_intent);
    default:
      return undefined;
  }
}

/** A session and its payment intent are one payment. */
function paymentOfSession({ id, payment_intent: payment }: Stripe.Checkout.Session): About {
  return ofPayment('payment', payment) ?? { about: 'payment', stripeId: id };
}

function ofPayment(
  about: About['about'],
  payment: string | Stripe.PaymentIntent | null | undefined,
): About | undefined {
  if (payment === null || payment === undefined) return undefined;
  return { about, stripeId: typeof payment === 'string' ? payment : payment.id };
}
