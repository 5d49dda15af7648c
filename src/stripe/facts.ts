import type Stripe from 'stripe';
import { ORDER_ID, PAYMENT_LINK_ID } from './metadata-keys.js';
import { productKeyOf } from './product-ids.js';

/**
 * What an event tells us, in words of ours: which object to look at again. Nothing else of an event is believed, since
 * events come late, twice and out of order; what the object is now is fetched.
 */
export type Fact =
  | { kind: 'checkout-changed'; stripeCheckoutSessionId: string }
  | { kind: 'payment-changed'; stripePaymentIntentId: string; orderId: string | null }
  | { kind: 'refunds-changed'; stripePaymentIntentId: string; stripeRefundId: string }
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

/** Reads the payload of an event that was verified when it came in. */
export function readFact(payload: unknown): Fact {
  const event = payload as Stripe.Event;
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return checkoutChanged(event.data.object);
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
    case 'payment_intent.requires_action':
    case 'payment_intent.canceled':
      return paymentChanged(event.data.object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refundsChanged(event.data.object);
    case 'charge.refunded':
      return { kind: 'charge-refunded', stripeChargeId: event.data.object.id };
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
    case 'charge.dispute.closed':
      return { kind: 'dispute-changed', stripeDisputeId: event.data.object.id };
    case 'radar.early_fraud_warning.created':
    case 'radar.early_fraud_warning.updated':
      return { kind: 'fraud-warned', stripeFraudWarningId: event.data.object.id };
    case 'customer.updated':
    case 'customer.deleted':
      return customerChanged(event.data.object.id);
    case 'setup_intent.succeeded':
    case 'payment_method.attached':
    case 'payment_method.automatically_updated':
    case 'payment_method.updated':
      return customerChanged(event.data.object.customer);
    case 'payment_method.detached':
      return customerChanged(event.data.previous_attributes?.customer ?? null);
    case 'product.updated':
      return productChanged(event.data.object);
    case 'price.updated':
      return productChanged(event.data.object.product);
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'customer.subscription.pending_update_applied':
    case 'customer.subscription.pending_update_expired':
      return { kind: 'subscription-changed', stripeSubscriptionId: event.data.object.id };
    case 'customer.subscription.trial_will_end':
      return { kind: 'trial-ending', stripeSubscriptionId: event.data.object.id };
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.finalization_failed':
    case 'invoice.voided':
    case 'invoice.marked_uncollectible':
      return invoiceChanged(event.data.object, false);
    case 'invoice.payment_action_required':
      return invoiceChanged(event.data.object, true);
    case 'invoice.upcoming':
      return renewalComing(event.data.object);
    case 'invoice_payment.paid':
      return invoicePaid(event.data.object);
    default:
      return IGNORED;
  }
}

/** Sessions of ours name their order, those of a payment link the link. A session that only saves a card says who has one. */
function checkoutChanged({ id, mode, metadata, customer }: Stripe.Checkout.Session): Fact {
  if (mode === 'setup') return customerChanged(customer);
  const isOurs = metadata?.[ORDER_ID] !== undefined || metadata?.[PAYMENT_LINK_ID] !== undefined;
  return isOurs ? { kind: 'checkout-changed', stripeCheckoutSessionId: id } : IGNORED;
}

/** Stripe tells of the payments of subscriptions and of other programs in the same words; ours carry our metadata. */
function paymentChanged({ id, metadata }: Stripe.PaymentIntent): Fact {
  const orderId = metadata[ORDER_ID] ?? null;
  if (orderId === null && metadata[PAYMENT_LINK_ID] === undefined) return IGNORED;
  return { kind: 'payment-changed', stripePaymentIntentId: id, orderId };
}

function customerChanged(customer: string | { id: string } | null): Fact {
  if (customer === null) return IGNORED;
  return { kind: 'customer-changed', stripeCustomerId: typeof customer === 'string' ? customer : customer.id };
}

function refundsChanged({ id, payment_intent: payment }: Stripe.Refund): Fact {
  if (payment === null) return IGNORED;
  const stripePaymentIntentId = typeof payment === 'string' ? payment : payment.id;
  return { kind: 'refunds-changed', stripePaymentIntentId, stripeRefundId: id };
}

function productChanged(product: string | { id: string }): Fact {
  const productKey = productKeyOf(typeof product === 'string' ? product : product.id);
  return productKey === undefined ? IGNORED : { kind: 'product-changed', productKey };
}

/** Invoices of subscriptions alone: what else is invoiced was not sold here. */
function invoiceChanged(invoice: Stripe.Invoice, asksForAction: boolean): Fact {
  if ((invoice.parent?.subscription_details ?? null) === null) return IGNORED;
  return { kind: 'invoice-changed', stripeInvoiceId: invoice.id, asksForAction };
}

function invoicePaid({ invoice }: Stripe.InvoicePayment): Fact {
  const stripeInvoiceId = typeof invoice === 'string' ? invoice : invoice.id;
  return { kind: 'invoice-changed', stripeInvoiceId, asksForAction: false };
}

/** The invoice that it tells of does not exist yet. */
function renewalComing({ parent }: Stripe.Invoice): Fact {
  const subscription = parent?.subscription_details?.subscription;
  if (subscription === undefined) return IGNORED;
  return {
    kind: 'renewal-coming',
    stripeSubscriptionId: typeof subscription === 'string' ? subscription : subscription.id,
  };
}
