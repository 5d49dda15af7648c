import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { endSubscriptionsOf } from '../billing/subscriptions/end-subscription.js';
import { atTimeOf } from '../billing/test-clocks/test-clock-time.js';
import { newCustomer } from '../catalogue/new-customer.js';
import { keepTaxId } from '../catalogue/new-tax-id.js';
import { isEmail } from '../checkout/sessions/check-session-params.js';
import { keepNew, saveChange } from '../events/change.js';
import { recordEvent } from '../events/record.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { attachMethod } from '../payments/methods/attach-method.js';
import { detachMethod, saveDefault } from '../payments/methods/detach-method.js';
import { usableMethod } from '../payments/methods/usable-method.js';
import { listObjects } from '../store/list.js';
import { deleteObject, findObject, isDeleted, remains } from '../store/objects.js';
import type { Work } from '../store/work.js';

async function create({ work, params }: Call<Stripe.CustomerCreateParams>): Promise<Stripe.Customer> {
  checkEmail(params.email);
  const { testClock, now } = await atTimeOf(work, params.test_clock);
  const customer = { ...newCustomer(params, now), ...placesOf(params), test_clock: testClock?.id ?? null };
  await keepNew(work, kinds.customer, { shown: customer, hidden: {} }, 'customer.created');
  const method = params.payment_method ?? params.invoice_settings?.default_payment_method;
  if (method === undefined) return customer;
  const attached = await attachMethod(work, await usableMethod(work, method, customer.id), customer.id);
  if (params.invoice_settings?.default_payment_method) await saveDefault(work, customer.id, attached.shown.id);
  return (await need(work, kinds.customer, customer.id)).shown;
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
    ...withChanges(before.shown, { description, email, name, phone, preferred_locales }),
    ...placesOf(params),
    invoice_settings: await invoiceSettings(work, before.shown, params),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'customer.updated');
  return shown;
}

/** Only what is attached to a customer can be what they pay with usually. */
async function invoiceSettings(
  work: Work,
  { id, invoice_settings }: Stripe.Customer,
  { invoice_settings: given }: Stripe.CustomerUpdateParams,
): Promise<Stripe.Customer.InvoiceSettings> {
  const methodId = given?.default_payment_method;
  if (methodId === undefined) return invoice_settings;
  const param = 'invoice_settings[default_payment_method]';
  const { shown } = await need(work, kinds.paymentMethod, methodId, { param });
  if (shown.customer === id) return { ...invoice_settings, default_payment_method: methodId };
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${methodId}. The payment method must be attached to ` +
      'the customer.',
    { param },
  );
}

async function remove({ work, id }: Call<unknown>): Promise<Stripe.DeletedCustomer> {
  await need(work, kinds.customer, id);
  await endSubscriptionsOf(work, id);
  await detachAll(work, id);
  const { shown } = await need(work, kinds.customer, id, { lock: true });
  await deleteObject(work.tx, id);
  await recordEvent(work, 'customer.deleted', shown);
  return remains('customer', id);
}

const mostAtOnce = 100;

/** Nothing of a deleted customer can be charged again. Locks each payment method, then the customer. */
async function detachAll(work: Work, customerId: string): Promise<void> {
  const equal = { customer: customerId };
  for (const { id } of (await listObjects(work.tx, kinds.paymentMethod, { equal, limit: mostAtOnce })).data) {
    const method = await findObject(work.tx, kinds.paymentMethod, id, { lock: true });
    if (method !== undefined) await detachMethod(work, method);
  }
}

const list = ({ work, params }: Call<Stripe.CustomerListParams>) =>
  listPage(work, kinds.customer, '/v1/customers', params, { equal: { email: params.email } });

const listMethods = ({ work, params, id }: Call<Stripe.CustomerListPaymentMethodsParams>) => {
  const { allow_redisplay, type } = params;
  return listOf(work, id, (url) =>
    listPage(work, kinds.paymentMethod, `${url}/payment_methods`, params, {
      equal: { allow_redisplay, customer: id, type },
    }),
  );
};

const listTaxIds = ({ work, params, id }: Call<Stripe.CustomerListTaxIdsParams>) =>
  listOf(work, id, (url) => listPage(work, kinds.taxId, `${url}/tax_ids`, params, { equal: { customer: id } }));

/** A list of something of a customer's, who must be there. */
async function listOf<T>(work: Work, id: string, list: (url: string) => Promise<T>): Promise<T> {
  await need(work, kinds.customer, id);
  return list(`/v1/customers/${id}`);
}

async function createTaxId({ work, params, id }: Call<Stripe.CustomerCreateTaxIdParams>): Promise<Stripe.TaxId> {
  await need(work, kinds.customer, id, { lock: true });
  return keepTaxId(work, id, params);
}

/** None takes the address away. */
function checkEmail(email: string | null | undefined): void {
  if (email === undefined || email === null || isEmail(email)) return;
  throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
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
    route('GET /v1/customers/:id/payment_methods', listMethods),
    route('GET /v1/customers/:id/tax_ids', listTaxIds),
    route('POST /v1/customers/:id/tax_ids', createTaxId),
  ],
  expansions: { 'customer.invoice_settings': { default_payment_method: 'by id' } },
};
