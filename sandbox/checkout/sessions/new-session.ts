import type Stripe from 'stripe';
import { newMetadata } from '../../params/metadata.js';
import { checkCurrency } from '../../payments/currencies.js';
import { methodTypesFor } from '../../payments/methods/bank-accounts.js';
import { randomText } from '../../store/ids.js';
import type { Work } from '../../store/work.js';
import { discountOfParams } from '../discounts/discounts.js';
import { longestLifeSeconds } from './check-session-params.js';
import { checkTotal } from './line-items.js';
import { reprice, type Session } from './reprice.js';
import { isTaxable } from './session-customer.js';
import { isTrial, soldSubscription } from './sold-subscription.js';

type Params = Stripe.Checkout.SessionCreateParams;

interface SessionFacts {
  params: Params;
  /** None where a card is only saved. */
  lineItems: Stripe.LineItem[];
  customerDetails: Stripe.Checkout.Session.CustomerDetails | null;
}

/** An open session with its discount and its amounts, not yet kept. */
export async function newSession(work: Work, { params, lineItems, customerDetails }: SessionFacts): Promise<Session> {
  const currency = lineItems[0]?.currency ?? checkCurrency(params.currency ?? 'usd', 'currency');
  const shown = openSession(work, params, customerDetails, currency);
  const discount = await discountOfParams(work, params.discounts, {
    items: lineItems,
    currency: shown.currency ?? 'usd',
    customerId: params.customer ?? null,
    email: customerDetails?.email ?? null,
  });
  const session = reprice({
    shown,
    hidden: {
      lineItems: isTrial(params) ? lineItems.map((item) => ({ ...item, amount_subtotal: 0 })) : lineItems,
      intentData: params.mode === 'subscription' ? intentOfSubscription : (params.payment_intent_data ?? {}),
      ...(params.mode === 'subscription' && { subscription: soldSubscription(params, lineItems) }),
      ...(discount && { discount }),
      ...(params.customer_update && { customerUpdate: params.customer_update }),
    },
  });
  checkTotal(session.shown.amount_total ?? 0, session.shown.currency ?? 'usd');
  return session;
}

/** The card is kept for the invoices that are to come. */
const intentOfSubscription: Stripe.Checkout.SessionCreateParams.PaymentIntentData = {
  description: 'Subscription creation',
  setup_future_usage: 'off_session',
};

/** An open session, to be paid on the page at its `url`. */
function openSession(
  work: Work,
  params: Params,
  customerDetails: Stripe.Checkout.Session.CustomerDetails | null,
  currency: string,
): Stripe.Checkout.Session {
  const id = `cs_test_${randomText(58)}`;
  return {
    ...noSuchFeatures,
    id,
    object: 'checkout.session',
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: 0,
    amount_total: 0,
    automatic_tax: automaticTax(params, customerDetails),
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: work.now,
    consent_collection: consentAsked(params.consent_collection),
    currency,
    custom_text: customText(params.custom_text),
    customer: params.customer ?? null,
    customer_creation: customerCreation(params),
    customer_details: customerDetails,
    customer_email: params.customer_email ?? null,
    expires_at: params.expires_at ?? work.now + longestLifeSeconds,
    integration_identifier: params.integration_identifier ?? null,
    locale: params.locale ?? null,
    metadata: newMetadata(params.metadata),
    mode: params.mode ?? 'payment',
    origin_context: params.origin_context ?? null,
    payment_method_collection:
      params.payment_method_collection ?? (params.mode === 'subscription' ? 'always' : 'if_required'),
    payment_method_types:
      (params.mode ?? 'payment') === 'payment'
        ? methodTypesFor(currency, params.allowed_payment_method_types)
        : ['card'],
    payment_status: 'unpaid',
    saved_payment_method_options: savedOptions(params.saved_payment_method_options),
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    ...(params.tax_id_collection && { tax_id_collection: taxIdsAsked(params.tax_id_collection) }),
    total_details: null,
    ui_mode: 'hosted_page',
    url: `${work.baseUrl}/c/pay/${id}`,
  };
}

function customerCreation({ customer, customer_creation, mode }: Params): Stripe.Checkout.Session['customer_creation'] {
  if (customer !== undefined) return null;
  return mode === 'subscription' ? 'always' : (customer_creation ?? 'if_required');
}

/** Tax is worked out as soon as it is known where the buyer is, which may be now. */
function automaticTax(
  params: Params,
  customerDetails: Stripe.Checkout.Session.CustomerDetails | null,
): Stripe.Checkout.Session.AutomaticTax {
  if (!params.automatic_tax?.enabled) return { enabled: false, liability: null, provider: null, status: null };
  const status = isTaxable(customerDetails) ? 'complete' : 'requires_location_inputs';
  return { enabled: true, liability: { type: 'self' }, provider: 'stripe', status };
}

export const consentAsked = (given: Params['consent_collection']): Stripe.Checkout.Session.ConsentCollection | null =>
  given?.terms_of_service === undefined
    ? null
    : { payment_method_reuse_agreement: null, promotions: null, terms_of_service: given.terms_of_service };

const savedOptions = (
  given: Params['saved_payment_method_options'],
): Stripe.Checkout.Session.SavedPaymentMethodOptions | null =>
  given === undefined
    ? null
    : {
        allow_redisplay_filters: given.allow_redisplay_filters ?? ['always'],
        payment_method_remove: null,
        payment_method_save: given.payment_method_save ?? null,
      };

export const taxIdsAsked = (
  given: NonNullable<Params['tax_id_collection']>,
): Stripe.Checkout.Session.TaxIdCollection => ({
  enabled: given.enabled,
  required: given.required ?? 'never',
});

export const customText = (given: Params['custom_text']): Stripe.Checkout.Session.CustomText => ({
  after_submit: given?.after_submit || null,
  shipping_address: null,
  submit: given?.submit || null,
  terms_of_service_acceptance: given?.terms_of_service_acceptance || null,
});

/** What a session says about everything that was not asked for. */
const noSuchFeatures = {
  adaptive_pricing: { enabled: false },
  after_expiration: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  currency_conversion: null,
  custom_fields: [],
  customer_account: null,
  discounts: [],
  invoice: null,
  invoice_creation: {
    enabled: false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: null,
      metadata: {},
      rendering_options: null,
    },
  },
  livemode: false,
  managed_payments: { enabled: false },
  payment_intent: null,
  payment_link: null,
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  subscription: null,
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;
