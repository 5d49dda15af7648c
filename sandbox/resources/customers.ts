import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { newCustomer } from '../catalogue/new-customer.js';
import { isEmail } from '../checkout/check-session-params.js';
import { kinds } from '../kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { deleteObject, isDeleted, remains } from '../store/objects.js';
import { keepNew, saveChange } from '../webhooks/change.js';
import { recordEvent } from '../webhooks/record.js';

async function create({ work, params }: Call<Stripe.CustomerCreateParams>): Promise<Stripe.Customer> {
  checkEmail(params.email);
  const customer = { ...newCustomer(params, work.now), ...placesOf(params) };
  await keepNew(work, kinds.customer, { shown: customer, hidden: {} }, 'customer.created');
  return customer;
}

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Customer | Stripe.DeletedCustomer> {
  if (await isDeleted(work.tx, kinds.customer, id)) return remains('customer', id);
  return (await need(work, kinds.customer, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.CustomerUpdateParams>): Promise<Stripe.Customer> {
  const before = await need(work, kinds.customer, id, { lock: true });
  checkEmail(params.email);
  const { description, email, name, phone, preferred_locales } = params;
  const shown = {
    ...withChanges(before.shown, { ...withoutEmpty({ description, email, name, phone }), preferred_locales }),
    ...placesOf(params),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'customer.updated');
  return shown;
}

async function remove({ work, id }: Call<unknown>): Promise<Stripe.DeletedCustomer> {
  const { shown } = await need(work, kinds.customer, id, { lock: true });
  await deleteObject(work.tx, id);
  await recordEvent(work, 'customer.deleted', shown);
  return remains('customer', id);
}

const list = ({ work, params }: Call<Stripe.CustomerListParams>) =>
  listPage(work, kinds.customer, '/v1/customers', params, { equal: { email: params.email } });

function checkEmail(email: string | undefined): void {
  if (email === undefined || email === '' || isEmail(email)) return;
  throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
}

/** An empty text removes what was there. */
function withoutEmpty(texts: Record<string, string | undefined>): Partial<Stripe.Customer> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text === '' ? null : text]));
}

/** Address and shipping, as far as they are given; an empty one removes what was there. */
function placesOf({ address, shipping }: Stripe.CustomerUpdateParams): Partial<Stripe.Customer> {
  return {
    ...(address !== undefined && { address: address ? fullAddress(address) : null }),
    ...(shipping !== undefined && {
      shipping: shipping ? { ...shipping, address: fullAddress(shipping.address) } : null,
    }),
  };
}

const fullAddress = (given: Stripe.AddressParam): Stripe.Address => ({
  city: given.city ?? null,
  country: given.country ?? null,
  line1: given.line1 ?? null,
  line2: given.line2 ?? null,
  postal_code: given.postal_code ?? null,
  state: given.state ?? null,
});

export const customers: Resource = {
  routes: [
    route('POST /v1/customers', create),
    route('GET /v1/customers/:id', retrieve),
    route('POST /v1/customers/:id', update),
    route('DELETE /v1/customers/:id', remove),
    route('GET /v1/customers', list),
  ],
};
