import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../../api/common.js';
import { invalidRequest, missingParam } from '../../api/errors.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { checkUrl } from '../../checkout/sessions/check-session-params.js';
import { keepNew, saveChange } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import { mergeMetadata } from '../../params/metadata.js';
import {
  createConfiguration,
  defaultConfiguration,
  featuresOf,
  portalProducts,
  profileOf,
} from '../../portal/configurations.js';
import { newId, randomText } from '../../store/ids.js';
import type { Work } from '../../store/work.js';

type Configuration = Stripe.BillingPortal.Configuration;
type Session = Stripe.BillingPortal.Session;

function create({ work, params }: Call<Stripe.BillingPortal.ConfigurationCreateParams>): Promise<Configuration> {
  if (params.default_return_url) checkUrl(params.default_return_url, 'default_return_url');
  return createConfiguration(work, params);
}

async function retrieve({ work, id }: Call<unknown>): Promise<Configuration> {
  return (await need(work, kinds.portalConfiguration, id)).shown;
}

async function update(call: Call<Stripe.BillingPortal.ConfigurationUpdateParams>): Promise<Configuration> {
  const { work, params, id } = call;
  const before = await need(work, kinds.portalConfiguration, id, { lock: true });
  const { active, default_return_url, name } = params;
  if (active === false && before.shown.is_default) {
    throw invalidRequest('You cannot deactivate the default configuration.', { param: 'active' });
  }
  if (default_return_url) checkUrl(default_return_url, 'default_return_url');
  const shown: Configuration = {
    ...withChanges(before.shown, { active, default_return_url, name }),
    business_profile: profileOf(before.shown.business_profile, params.business_profile),
    features: featuresOf(before.shown.features, params.features),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
    updated: work.now,
  };
  const hidden = { products: await portalProducts(work, params.features, before.hidden.products) };
  await saveChange(work, before.shown, { shown, hidden }, 'billing_portal.configuration.updated');
  return shown;
}

const list = ({ work, params }: Call<Stripe.BillingPortal.ConfigurationListParams>) => {
  const { active, is_default } = params;
  return listPage(work, kinds.portalConfiguration, '/v1/billing_portal/configurations', params, {
    equal: { active, is_default },
  });
};

/** A session can be used by whoever has its address, for an hour. */
async function createSession({ work, params }: Call<Stripe.BillingPortal.SessionCreateParams>): Promise<Session> {
  if (params.customer === undefined) throw missingParam('customer');
  const customer = await need(work, kinds.customer, params.customer, { param: 'customer' });
  if (params.return_url !== undefined) checkUrl(params.return_url, 'return_url');
  const configuration = await configurationFor(work, params.configuration);
  const id = newId('bps');
  const secret = randomText(32);
  const session: Session = {
    id,
    object: 'billing_portal.session',
    configuration: configuration.id,
    created: work.now,
    customer: customer.shown.id,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: params.locale ?? null,
    on_behalf_of: null,
    return_url: params.return_url ?? configuration.default_return_url,
    url: `${work.baseUrl}/p/session/${id}_${secret}`,
  };
  await keepNew(work, kinds.portalSession, { shown: session, hidden: { secret } }, 'billing_portal.session.created');
  return session;
}

async function configurationFor(work: Work, id: string | undefined): Promise<Configuration> {
  if (id === undefined) return defaultConfiguration(work);
  const { shown } = await need(work, kinds.portalConfiguration, id, { param: 'configuration' });
  if (shown.active) return shown;
  throw invalidRequest(`The configuration ${id} is inactive.`, { param: 'configuration' });
}

const products = async (work: Work, _: unknown, { id }: Configuration) =>
  (await need(work, kinds.portalConfiguration, id)).hidden.products ?? [];

export const billingPortal: Resource = {
  routes: [
    route('POST /v1/billing_portal/configurations', create),
    route('GET /v1/billing_portal/configurations/:id', retrieve),
    route('POST /v1/billing_portal/configurations/:id', update),
    route('GET /v1/billing_portal/configurations', list),
    route('POST /v1/billing_portal/sessions', createSession),
  ],
  expansions: {
    'billing_portal.configuration.features.subscription_update': { products },
    'billing_portal.session': { configuration: 'by id' },
  },
};
