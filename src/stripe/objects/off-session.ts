import type Stripe from 'stripe';

/** What Stripe says of a charge that was declined. Its texts are not read: they may quote what a customer typed. */
export interface Decline {
  /** Stripe's code of the error, such as `card_declined`. */
  code: string;
  /** Why the bank declined, in Stripe's word. */
  declineCode: string | null;
  /** How Stripe advises to go on. */
  adviceCode: string | null;
  /** What the card's network answered: a reason, and an advice of two digits. */
  networkDeclineCode: string | null;
  networkAdviceCode: string | null;
}

/** A charge of a payment method that was saved, while its holder is not there. */
export interface NewOffSessionCharge {
  orderId: string;
  stripeCustomerId: string;
  stripePaymentMethodId: string;
  amountMinor: bigint;
  currency: string;
  receiptEmail: string | null;
  /** Where its holder comes back to, should they have to confirm it later. */
  returnUrl: string;
}

/** What became of such a charge, as of now. `waits` is for its holder, or for another way to pay. */
export interface OffSessionCharge {
  stripePaymentIntentId: string;
  state: 'paid' | 'underway' | 'declined' | 'canceled' | 'waits';
  /** Why it was declined last. */
  decline: Decline | null;
  /** Where the bank asks its holder; null where it asks nothing. */
  bankUrl: string | null;
}

export function toOffSessionCharge(intent: Stripe.PaymentIntent): OffSessionCharge {
  const { id, status, last_payment_error: error, next_action: action } = intent;
  return {
    stripePaymentIntentId: id,
    state: stateOf(status, error !== null),
    decline: error === null ? null : toDecline(error),
    bankUrl: action?.redirect_to_url?.url ?? null,
  };
}

function stateOf(status: Stripe.PaymentIntent['status'], hasError: boolean): OffSessionCharge['state'] {
  switch (status) {
    case 'succeeded':
      return 'paid';
    case 'processing':
      return 'underway';
    case 'canceled':
      return 'canceled';
    case 'requires_payment_method':
      return hasError ? 'declined' : 'waits';
    default:
      return 'waits';
  }
}

function toDecline(error: Stripe.PaymentIntent.LastPaymentError): Decline {
  return {
    code: error.code ?? error.type,
    declineCode: error.decline_code ?? null,
    adviceCode: error.advice_code ?? null,
    networkDeclineCode: error.network_decline_code ?? null,
    networkAdviceCode: error.network_advice_code ?? null,
  };
}
