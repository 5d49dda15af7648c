import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest, missingParam, notInSandbox } from '../api/errors.js';
import { kinds } from '../kinds.js';
import { newMetadata } from '../params/metadata.js';
import { randomText } from '../store/ids.js';
import type { Work } from '../store/work.js';
import { totalOf } from './line-items.js';

type Params = Stripe.Checkout.SessionCreateParams;

const shortestLifeSeconds = 30 * 60;
export const longestLifeSeconds = 24 * 60 * 60;

/** Refuses what no session can be made of, before anything is written. */
export function checkSessionParams(params: Params, now: number): void {
  if (params.mode === undefined) throw missingParam('mode');
  if (params.mode !== 'payment') throw notInSandbox(`Received the mode ${params.mode}.`, 'mode');
  const uiMode = params.ui_mode ?? 'hosted_page';
  if (uiMode !== 'hosted_page') throw notInSandbox(`Received the ui_mode ${uiMode}.`, 'ui_mode');
  if (params.success_url === undefined) throw missingParam('success_url');
  checkUrl(params.success_url, 'success_url');
  if (params.cancel_url !== undefined) checkUrl(params.cancel_url, 'cancel_url');
  checkExpiry(params.expires_at, now);
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer_email',
    });
  }
  if (params.customer !== undefined && params.customer_creation !== undefined) {
    throw invalidRequest('`customer_creation` cannot be used with `customer`.', { param: 'customer_creation' });
  }
  if (params.customer_email !== undefined && !isEmail(params.customer_email)) {
    throw invalidRequest(`Invalid email address: ${params.customer_email}`, {
      code: 'email_invalid',
      param: 'customer_email',
    });
  }
}

/** Good enough to keep a typing error out, as Stripe's own check is. */
export const isEmail = (text: string): boolean => /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]{2,}$/u.test(text);

function checkUrl(text: string, param: string): void {
  const url = URL.parse(text);
  // A scheme of an app is fine; one that runs a script in the page is not.
  if (url !== null && !['javascript:', 'data:', 'vbscript:'].includes(url.protocol)) return;
  throw invalidRequest('Not a valid URL', { code: 'url_invalid', param });
}

function checkExpiry(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined) return;
  if (expiresAt > now + longestLifeSeconds) {
    throw invalidRequest('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
  if (expiresAt < now + shortestLifeSeconds) {
    throw invalidRequest('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
}

/** Who is going to pay, as far as the caller has said. */
export async function customerDetailsOf(
  work: Work,
  params: Params,
): Promise<Stripe.Checkout.Session.CustomerDetails | null> {
  if (params.customer === undefined) return params.customer_email ? detailsOf({ email: params.customer_email }) : null;
  const { shown } = await need(work, kinds.customer, params.customer, { param: 'customer' });
  return detailsOf(shown);
}

type Person = Partial<Pick<Stripe.Customer, 'address' | 'email' | 'name' | 'phone'>>;

export const detailsOf = ({ address, email, name, phone }: Person): Stripe.Checkout.Session.CustomerDetails => ({
  address: address ?? null,
  business_name: null,
  email: email ?? null,
  individual_name: null,
  name: name ?? null,
  phone: phone ?? null,
  tax_exempt: 'none',
  tax_ids: [],
});

/** An open session, to be paid on the page at its `url`. */
export function newSession(
  work: Work,
  params: Params,
  items: Stripe.LineItem[],
  customerDetails: Stripe.Checkout.Session.CustomerDetails | null,
): Stripe.Checkout.Session {
  const id = `cs_test_${randomText(58)}`;
  const totalMinor = totalOf(items);
  return {
    ...noSuchFeatures,
    id,
    object: 'checkout.session',
    amount_subtotal: totalMinor,
    amount_total: totalMinor,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: work.now,
    currency: items[0]?.currency ?? null,
    customer: params.customer ?? null,
    customer_creation: params.customer === undefined ? (params.customer_creation ?? 'if_required') : null,
    customer_details: customerDetails,
    customer_email: params.customer_email ?? null,
    expires_at: params.expires_at ?? work.now + longestLifeSeconds,
    integration_identifier: params.integration_identifier ?? null,
    locale: params.locale ?? null,
    metadata: newMetadata(params.metadata),
    mode: 'payment',
    origin_context: params.origin_context ?? null,
    payment_status: totalMinor === 0 ? 'no_payment_required' : 'unpaid',
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${work.baseUrl}/c/pay/${id}`,
  };
}

/** What a session says about everything that was not asked for. */
const noSuchFeatures = {
  adaptive_pricing: { enabled: false },
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
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
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  payment_method_types: ['card'],
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  subscription: null,
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;
