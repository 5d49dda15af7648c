import type Stripe from 'stripe';
import { kindOf } from '../store/objects.js';
import type { HiddenInvoice, HiddenInvoiceItem, HiddenSubscription, HiddenTestClock } from './billing.js';
import type { CardBehaviour } from './card.js';
import type { HiddenSession } from './session.js';

/** What a price costs in the currencies that it has next to its own, by their codes. */
export interface HiddenPrice {
  currencyOptions?: Record<string, Stripe.Price.CurrencyOptions>;
}

export interface HiddenCoupon {
  currencyOptions?: Record<string, Stripe.Coupon.CurrencyOptions>;
  /** The products that it is for; all of them when absent. */
  productIds?: string[];
}

export interface HiddenMethod {
  behaviour: CardBehaviour;
  /** Its holder has agreed to payments at which they are not there. */
  setUp?: boolean;
  /** It was used without a customer, or taken from one, and cannot be used again. */
  usedUp?: boolean;
}

export interface HiddenIntent {
  /** The checkout session that it belongs to, which is locked before it. */
  sessionId?: string;
  /** The invoice that it pays, which is locked before it, after its subscription. */
  invoiceId?: string;
  /** Where the payer goes after a challenge. */
  returnUrl?: string;
  /** Where the payer may try again, when that is another place. */
  retryUrl?: string;
}

export interface HiddenLink {
  lineItems: Stripe.LineItem[];
  /** What the payment intents of its sessions are made with. */
  intentData: Stripe.PaymentLinkCreateParams.PaymentIntentData;
}

export interface HiddenConfiguration {
  /** What a subscription can be changed to; Stripe shows it on request alone. */
  products?: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product[];
}

export interface HiddenPortalSession {
  /** Ends its address, so that nobody guesses it. */
  secret: string;
}

export interface HiddenCharge {
  card: CardBehaviour;
}

export interface HiddenEndpoint {
  /** Every secret that deliveries are signed with until it is rotated. */
  secrets: string[];
  /** Those that were rotated, and until when deliveries are signed with them as well. */
  retiring?: { secret: string; until: number }[];
  /** Set for the one that `deliverTo` and `--webhooks` name. */
  own: boolean;
}

/** The kinds of objects there are. */
export const kinds = {
  balanceTransaction: kindOf<Stripe.BalanceTransaction>('balance_transaction'),
  charge: kindOf<Stripe.Charge, HiddenCharge>('charge'),
  checkoutSession: kindOf<Stripe.Checkout.Session, HiddenSession>('checkout.session'),
  coupon: kindOf<Stripe.Coupon, HiddenCoupon>('coupon'),
  customer: kindOf<Stripe.Customer>('customer'),
  discount: kindOf<Stripe.Discount>('discount'),
  dispute: kindOf<Stripe.Dispute>('dispute'),
  event: kindOf<Stripe.EventBase>('event'),
  fraudWarning: kindOf<Stripe.Radar.EarlyFraudWarning>('radar.early_fraud_warning'),
  invoice: kindOf<Stripe.Invoice, HiddenInvoice>('invoice'),
  invoiceItem: kindOf<Stripe.InvoiceItem, HiddenInvoiceItem>('invoiceitem'),
  invoicePayment: kindOf<Stripe.InvoicePayment>('invoice_payment'),
  paymentIntent: kindOf<Stripe.PaymentIntent, HiddenIntent>('payment_intent'),
  paymentLink: kindOf<Stripe.PaymentLink, HiddenLink>('payment_link'),
  paymentMethod: kindOf<Stripe.PaymentMethod, HiddenMethod>('payment_method'),
  portalConfiguration: kindOf<Stripe.BillingPortal.Configuration, HiddenConfiguration>('billing_portal.configuration'),
  portalSession: kindOf<Stripe.BillingPortal.Session, HiddenPortalSession>('billing_portal.session'),
  price: kindOf<Stripe.Price, HiddenPrice>('price'),
  product: kindOf<Stripe.Product>('product'),
  promotionCode: kindOf<Stripe.PromotionCode>('promotion_code'),
  refund: kindOf<Stripe.Refund>('refund'),
  setupIntent: kindOf<Stripe.SetupIntent, HiddenIntent>('setup_intent'),
  subscription: kindOf<Stripe.Subscription, HiddenSubscription>('subscription'),
  subscriptionSchedule: kindOf<Stripe.SubscriptionSchedule>('subscription_schedule'),
  taxId: kindOf<Stripe.TaxId>('tax_id'),
  testClock: kindOf<Stripe.TestHelpers.TestClock, HiddenTestClock>('test_helpers.test_clock'),
  webhookEndpoint: kindOf<Stripe.WebhookEndpoint, HiddenEndpoint>('webhook_endpoint'),
};
