import { ORDER_ID, PAYMENT_LINK_ID } from '../client/metadata-keys.js';
import { productKeyOf } from '../client/product-ids.js';
import { EventObject } from './event-object.js';

/**
 * What an event says, in Scrip's words: which object to look at again. Nothing else of an event is believed, since
 * events come late, twice and out of order; what the object is now is fetched. And an event speaks the API version of
 * the endpoint that it goes to, which may be older or newer than the one that is used here: so only ids are read of it,
 * and the little that has had one form in all versions.
 */
export type Fact =
  | { kind: 'checkout-changed'; stripeCheckoutSessionId: string }
  | { kind: 'payment-changed'; stripePaymentIntentId: string; orderId: string | null }
  | { kind: 'refund-changed'; stripeRefundId: string }
  | { kind: 'charge-refunded'; stripeChargeId: string }
  | { kind: 'dispute-changed'; stripeDisputeId: string }
  | { kind: 'fraud-warned'; stripeFraudWarningId: string }
  | { kind: 'customer-changed'; stripeCustomerId: string }
  | { kind: 'product-changed'; productKey: string }
  | { kind: 'subscription-changed'; stripeSubscriptionId: string }
  | { kind: 'invoice-changed'; stripeInvoiceId: string; asksForAction: boolean }
  | { kind: 'trial-ending'; stripeSubscriptionId: string }
  | { kind: 'renewal-coming'; stripeSubscriptionId: string }
  | { kind: 'ignored' };

const IGNORED: Fact = { kind: 'ignored' };

/**
 * Reads the payload of an event that was verified when it came in.
 * @throws UnreadableEvent for one that is acted on and does not say what it is about
 */
export function readFact(payload: unknown): Fact {
  const object = EventObject.of(payload);
  switch (object.eventType) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return checkoutChanged(object);
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
    case 'payment_intent.requires_action':
    case 'payment_intent.canceled':
      return paymentChanged(object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return { kind: 'refund-changed', stripeRefundId: object.id };
    case 'charge.refunded':
      return { kind: 'charge-refunded', stripeChargeId: object.id };
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
    case 'charge.dispute.closed':
      return { kind: 'dispute-changed', stripeDisputeId: object.id };
    case 'radar.early_fraud_warning.created':
    case 'radar.early_fraud_warning.updated':
      return { kind: 'fraud-warned', stripeFraudWarningId: object.id };
    case 'customer.updated':
    case 'customer.deleted':
      return customerChanged(object.id);
    case 'setup_intent.succeeded':
    case 'payment_method.attached':
    case 'payment_method.automatically_updated':
    case 'payment_method.updated':
      return customerChanged(object.idAt('customer'));
    case 'payment_method.detached':
      return customerChanged(object.previousId('customer'));
    case 'product.updated':
      return productChanged(object.id);
    case 'price.updated':
      return productChanged(object.idAt('product'));
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'customer.subscription.pending_update_applied':
    case 'customer.subscription.pending_update_expired':
      return { kind: 'subscription-changed', stripeSubscriptionId: object.id };
    case 'customer.subscription.trial_will_end':
      return { kind: 'trial-ending', stripeSubscriptionId: object.id };
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.finalization_failed':
    case 'invoice.voided':
    case 'invoice.marked_uncollectible':
      return { kind: 'invoice-changed', stripeInvoiceId: object.id, asksForAction: false };
    case 'invoice.payment_action_required':
      return { kind: 'invoice-changed', stripeInvoiceId: object.id, asksForAction: true };
    case 'invoice.upcoming':
      return renewalComing(object);
    case 'invoice_payment.paid':
      return { kind: 'invoice-changed', stripeInvoiceId: object.requireIdAt('invoice'), asksForAction: false };
    default:
      return IGNORED;
  }
}

/**
 * Sessions that were made here name their order, those of a payment link the link. A session that only saves a card
 * says who has one.
 */
function checkoutChanged(session: EventObject): Fact {
  if (session.valueAt('mode') === 'setup') return customerChanged(session.idAt('customer'));
  const metadata = session.metadata;
  const isOurs = metadata[ORDER_ID] !== undefined || metadata[PAYMENT_LINK_ID] !== undefined;
  return isOurs ? { kind: 'checkout-changed', stripeCheckoutSessionId: session.id } : IGNORED;
}

/**
 * Stripe tells of the payments of subscriptions and of other programs in the same words; those of orders carry
 * metadata.
 */
function paymentChanged(payment: EventObject): Fact {
  const metadata = payment.metadata;
  const orderId = metadata[ORDER_ID] ?? null;
  if (orderId === null && metadata[PAYMENT_LINK_ID] === undefined) return IGNORED;
  return { kind: 'payment-changed', stripePaymentIntentId: payment.id, orderId };
}

function customerChanged(stripeCustomerId: string | null): Fact {
  return stripeCustomerId === null ? IGNORED : { kind: 'customer-changed', stripeCustomerId };
}

function productChanged(stripeProductId: string | null): Fact {
  const productKey = stripeProductId === null ? undefined : productKeyOf(stripeProductId);
  return productKey === undefined ? IGNORED : { kind: 'product-changed', productKey };
}

/** The invoice that it tells of does not exist yet, so its subscription is read, which has moved within it. */
function renewalComing(invoice: EventObject): Fact {
  const stripeSubscriptionId = invoice.idAt('parent.subscription_details.subscription', 'subscription');
  return stripeSubscriptionId === null ? IGNORED : { kind: 'renewal-coming', stripeSubscriptionId };
}
