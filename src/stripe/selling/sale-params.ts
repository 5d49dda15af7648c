import type Stripe from 'stripe';
import { ORDER_ID, PAYMENT_LINK_ID } from '../client/metadata-keys.js';
import type { NewCheckout, NewIntent, NewPaymentLink, PageOptions } from '../objects/sale-objects.js';

/**
 * What a page asks for, apart from the money: only what is wanted is said, so that Stripe's own defaults hold for the
 * rest.
 */
function optionParams({ promotionCodes, automaticTax, taxIds, terms }: PageOptions) {
  return {
    ...(promotionCodes && { allow_promotion_codes: true }),
    ...(automaticTax && { automatic_tax: { enabled: true } }),
    ...(taxIds && { tax_id_collection: { enabled: true } }),
    ...(terms && { consent_collection: { terms_of_service: 'required' as const } }),
  };
}

/** Tax needs an address, and a tax id the name it is registered under: the page asks, and the customer keeps them. */
function customerUpdate({ automaticTax, taxIds }: PageOptions) {
  if (!automaticTax && !taxIds) return {};
  return {
    customer_update: { ...(automaticTax && { address: 'auto' as const }), ...(taxIds && { name: 'auto' as const }) },
  };
}

/**
 * What is made when the page is paid carries the order's id: a payment, or a subscription, which sends receipts itself.
 */
function modeParams({ orderId, receiptEmail, reuseConsentText, subscription }: NewCheckout) {
  const metadata = { [ORDER_ID]: orderId };
  if (subscription === null) {
    const receipt = receiptEmail !== null && { receipt_email: receiptEmail };
    const reuse = reuseConsentText !== null && { setup_future_usage: 'off_session' as const };
    return { mode: 'payment' as const, payment_intent_data: { metadata, ...receipt, ...reuse } };
  }
  const trial = subscription.trialDays !== null && { trial_period_days: subscription.trialDays };
  return { mode: 'subscription' as const, subscription_data: { metadata, ...trial } };
}

/** The request for the page of one order. */
export function sessionParams(checkout: NewCheckout, price: string): Stripe.Checkout.SessionCreateParams {
  const { orderId, stripeCustomerId, quantity, options, reuseConsentText, successUrl, cancelUrl } = checkout;
  return {
    ...modeParams(checkout),
    customer: stripeCustomerId,
    client_reference_id: orderId,
    line_items: [{ price, quantity }],
    metadata: { [ORDER_ID]: orderId },
    success_url: successUrl,
    cancel_url: cancelUrl,
    ...(reuseConsentText !== null && { custom_text: { submit: { message: reuseConsentText } } }),
    ...optionParams(options),
    ...customerUpdate(options),
  };
}

/** The request for a link that can be paid again and again; its sessions and payments carry its metadata. */
export function linkParams(link: NewPaymentLink, price: string): Stripe.PaymentLinkCreateParams {
  const { paymentLinkId, keepsCustomers, quantity, options, successUrl } = link;
  const metadata = { [PAYMENT_LINK_ID]: paymentLinkId };
  return {
    line_items: [{ price, quantity }],
    metadata,
    payment_intent_data: { metadata },
    ...(keepsCustomers && { customer_creation: 'always' as const }),
    after_completion: { type: 'redirect', redirect: { url: successUrl } },
    ...optionParams(options),
  };
}

/**
 * The request for a payment in a form of the app's own. The metadata marks it as made here: other payments have none.
 */
export function intentParams(intent: NewIntent): Stripe.PaymentIntentCreateParams {
  const { orderId, stripeCustomerId, amountMinor, currency, receiptEmail } = intent;
  return {
    amount: Number(amountMinor),
    currency,
    customer: stripeCustomerId,
    metadata: { [ORDER_ID]: orderId },
    ...(receiptEmail !== null && { receipt_email: receiptEmail }),
  };
}
