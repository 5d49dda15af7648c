import type Stripe from 'stripe';
import { idOf } from './billing-mappers.js';

/** Something that Stripe keeps, with which a customer can be charged. Of what is no card, only the type is certain. */
export interface StripePaymentMethod {
  stripePaymentMethodId: string;
  /** Null once it was taken from its customer. */
  stripeCustomerId: string | null;
  /** In Stripe's own word, such as `card` or `sepa_debit`. */
  type: string;
  brand: string | null;
  last4: string | null;
  /** From 1 to 12; a card is good until the end of that month. */
  expMonth: number | null;
  expYear: number | null;
}

/** A page on which a payment method is saved, and nothing is charged. */
export interface NewSetupPage {
  stripeCustomerId: string;
  /** In which the payment method is to be charged later: Stripe offers what can be. */
  currency: string;
  successUrl: string;
  cancelUrl: string;
}

export interface StripeSetupPage {
  stripeCheckoutSessionId: string;
  url: string;
  expiresAt: Date;
}

export function toPaymentMethod(method: Stripe.PaymentMethod): StripePaymentMethod {
  const { id, customer, type, card } = method;
  const account = method.us_bank_account ?? method.sepa_debit ?? method.bacs_debit ?? method.au_becs_debit;
  return {
    stripePaymentMethodId: id,
    stripeCustomerId: customer === null ? null : idOf(customer),
    type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? account?.last4 ?? null,
    expMonth: card?.exp_month ?? null,
    expYear: card?.exp_year ?? null,
  };
}
