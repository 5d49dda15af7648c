import type Stripe from 'stripe';
import type { CardBehaviour } from './payments/cards/card.js';
import { kindOf } from './store/objects.js';

/** What a checkout session keeps to itself. */
export interface HiddenSession {
  lineItems: Stripe.LineItem[];
  intentData: Stripe.Checkout.SessionCreateParams.PaymentIntentData;
  /** The intent of an attempt that was declined; the session shows it once it is paid. */
  intentId?: string;
}

export interface HiddenCharge {
  card: CardBehaviour;
}

export interface HiddenEndpoint {
  /** Every secret that deliveries are signed with. */
  secrets: string[];
  /** Set for the one that the service beside the sandbox listens on. */
  own: boolean;
}

/** The kinds of objects there are. */
export const kinds = {
  balanceTransaction: kindOf<Stripe.BalanceTransaction>('balance_transaction'),
  charge: kindOf<Stripe.Charge, HiddenCharge>('charge'),
  checkoutSession: kindOf<Stripe.Checkout.Session, HiddenSession>('checkout.session'),
  customer: kindOf<Stripe.Customer>('customer'),
  dispute: kindOf<Stripe.Dispute>('dispute'),
  event: kindOf<Stripe.EventBase>('event'),
  paymentIntent: kindOf<Stripe.PaymentIntent>('payment_intent'),
  paymentMethod: kindOf<Stripe.PaymentMethod>('payment_method'),
  price: kindOf<Stripe.Price>('price'),
  product: kindOf<Stripe.Product>('product'),
  refund: kindOf<Stripe.Refund>('refund'),
  webhookEndpoint: kindOf<Stripe.WebhookEndpoint, HiddenEndpoint>('webhook_endpoint'),
};
