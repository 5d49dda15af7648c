import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { keepNew } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { newMetadata } from '../params/metadata.js';
import { newId } from '../store/ids.js';
import { listObjects } from '../store/list.js';
import type { Work } from '../store/work.js';

type Configuration = Stripe.BillingPortal.Configuration;
type Shown = Stripe.BillingPortal.Configuration.Features;
type Features =
  | Stripe.BillingPortal.ConfigurationCreateParams.Features
  | Stripe.BillingPortal.ConfigurationUpdateParams.Features;
type Profile = Stripe.BillingPortal.Configuration.BusinessProfile;

/** Keeps what a portal is to offer. */
export async function createConfiguration(
  work: Work,
  params: Stripe.BillingPortal.ConfigurationCreateParams,
  isDefault = false,
): Promise<Configuration> {
  const configuration: Configuration = {
    id: newId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: profileOf(noProfile, params.business_profile),
    created: work.now,
    default_return_url: params.default_return_url || null,
    features: featuresOf(nothingOffered, params.features),
    is_default: isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: newMetadata(params.metadata),
    name: params.name || null,
    updated: work.now,
  };
  await keepNew(
    work,
    kinds.portalConfiguration,
    { shown: configuration, hidden: { products: await portalProducts(work, params.features) } },
    'billing_portal.configuration.created',
  );
  return configuration;
}

/** What is used where a session names none, as it is on an account whose portal was set up in the dashboard. */
export async function defaultConfiguration(work: Work): Promise<Configuration> {
  await work.tx.query(`select pg_advisory_xact_lock(hashtext('stripe-sandbox-portal'))`);
  const { data } = await listObjects(work.tx, kinds.portalConfiguration, { equal: { is_default: true }, limit: 1 });
  return data[0] ?? createConfiguration(work, { features: everythingOffered }, true);
}

const noProfile: Profile = {
  headline: null,
  privacy_policy_url: null,
  terms_of_service_url: null,
};

export const profileOf = (
  before: Profile,
  given: Stripe.BillingPortal.ConfigurationUpdateParams.BusinessProfile = {},
): Profile => ({
  headline: given.headline === undefined ? before.headline : given.headline || null,
  privacy_policy_url:
    given.privacy_policy_url === undefined ? before.privacy_policy_url : given.privacy_policy_url || null,
  terms_of_service_url:
    given.terms_of_service_url === undefined ? before.terms_of_service_url : given.terms_of_service_url || null,
});

export const featuresOf = (before: Shown, given: Features = {}): Shown => ({
  ...before,
  ...(given.customer_update && {
    customer_update: {
      allowed_updates: updatesOf(given.customer_update.allowed_updates, before),
      enabled: given.customer_update.enabled ?? before.customer_update.enabled,
    },
  }),
  ...(given.invoice_history && { invoice_history: given.invoice_history }),
  ...(given.subscription_cancel && {
    subscription_cancel: cancelOf(before.subscription_cancel, given.subscription_cancel),
  }),
  ...(given.subscription_update && {
    subscription_update: updateOf(before.subscription_update, given.subscription_update),
  }),
  ...(given.payment_method_update && {
    payment_method_update: {
      enabled: given.payment_method_update.enabled,
      payment_method_configuration: null,
    },
  }),
});

const updatesOf = (given: string[] | '' | null | undefined, { customer_update }: Shown): string[] =>
  given === undefined ? customer_update.allowed_updates : given || [];

const cancelOf = (
  before: Shown['subscription_cancel'],
  given: NonNullable<Stripe.BillingPortal.ConfigurationUpdateParams.Features['subscription_cancel']>,
): Shown['subscription_cancel'] => ({
  cancellation_reason: {
    enabled: given.cancellation_reason?.enabled ?? before.cancellation_reason.enabled,
    feedback_options: null,
    options:
      given.cancellation_reason?.options === undefined
        ? before.cancellation_reason.options
        : given.cancellation_reason.options || [],
  },
  enabled: given.enabled ?? before.enabled,
  mode: given.mode ?? before.mode,
  proration_behavior: given.proration_behavior ?? before.proration_behavior,
});

const updateOf = (
  before: Shown['subscription_update'],
  given: NonNullable<Stripe.BillingPortal.ConfigurationUpdateParams.Features['subscription_update']>,
): Shown['subscription_update'] => ({
  billing_cycle_anchor: given.billing_cycle_anchor ?? before.billing_cycle_anchor,
  default_allowed_updates:
    given.default_allowed_updates === undefined ? before.default_allowed_updates : given.default_allowed_updates || [],
  enabled: given.enabled ?? before.enabled,
  proration_behavior: given.proration_behavior ?? before.proration_behavior,
  schedule_at_period_end:
    given.schedule_at_period_end === undefined
      ? before.schedule_at_period_end
      : { conditions: given.schedule_at_period_end.conditions || [] },
  trial_update_behavior: given.trial_update_behavior ?? before.trial_update_behavior,
});

type Product = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product;

/** What a subscription can be changed to: recurring prices of products that are there. */
export async function portalProducts(
  work: Work,
  features: Features | undefined,
  before: Product[] = [],
): Promise<Product[]> {
  const given = features?.subscription_update?.products;
  if (given === undefined) return before;
  const products: Product[] = [];
  for (const [index, { product, prices }] of (given || []).entries()) {
    const param = `features[subscription_update][products][${index}]`;
    await need(work, kinds.product, product, { param: `${param}[product]` });
    for (const id of prices) await checkPrice(work, id, product, `${param}[prices]`);
    products.push({ adjustable_quantity: { enabled: false, maximum: null, minimum: 1 }, prices, product });
  }
  return products;
}

async function checkPrice(work: Work, id: string, productId: string, param: string): Promise<void> {
  const { shown } = await need(work, kinds.price, id, { param });
  if (shown.product === productId && shown.recurring !== null) return;
  throw invalidRequest(`The price ${id} is no recurring price of the product ${productId}.`, { param });
}

const everythingOffered: Stripe.BillingPortal.ConfigurationCreateParams.Features = {
  customer_update: { allowed_updates: ['email', 'name', 'phone'], enabled: true },
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  subscription_cancel: { enabled: true },
};

const nothingOffered: Shown = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};
