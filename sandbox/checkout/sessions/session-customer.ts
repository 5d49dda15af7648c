import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { ApiError } from '../../api/errors.js';
import { newCustomer } from '../../catalogue/new-customer.js';
import { keepTaxId } from '../../catalogue/new-tax-id.js';
import { keepNew, saveChange } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Session } from './reprice.js';

type Params = Stripe.Checkout.SessionCreateParams;
type Details = Stripe.Checkout.Session.CustomerDetails;

/** Who is going to pay, as far as the caller has said. */
export async function customerDetailsOf(work: Work, params: Params): Promise<Details | null> {
  if (params.customer === undefined) return params.customer_email ? detailsOf({ email: params.customer_email }) : null;
  const { shown } = await need(work, kinds.customer, params.customer, { param: 'customer' });
  const details = detailsOf(shown);
  if (params.automatic_tax?.enabled && !isTaxable(details) && params.customer_update?.address !== 'auto') {
    throw noTaxLocation();
  }
  return details;
}

type Person = Partial<Pick<Stripe.Customer, 'address' | 'email' | 'name' | 'phone'>>;

export const detailsOf = ({ address, email, name, phone }: Person): Details => ({
  address: address ?? null,
  business_name: null,
  email: email ?? null,
  individual_name: null,
  name: name ?? null,
  phone: phone ?? null,
  tax_exempt: 'none',
  tax_ids: [],
});

/** Whether it is known where somebody is, as tax needs it. */
export const isTaxable = (details: Details | null): boolean => (details?.address?.country ?? null) !== null;

/** The session with its customer: the one it was made for, or a new one when it asks for that, which is kept. */
export async function withCustomer(work: Work, session: Session): Promise<Session> {
  const { shown, hidden } = session;
  const wanted =
    shown.customer_creation === 'always' || hidden.intentData.setup_future_usage !== undefined || hidden.details?.saves;
  if (shown.customer !== null || !wanted) return session;
  const { address, email, name } = shown.customer_details ?? detailsOf({});
  const customer = { ...newCustomer({ ...(email && { email }), ...(name && { name }) }, work.now), address };
  await keepNew(work, kinds.customer, { shown: customer, hidden: {} }, 'customer.created');
  return { ...session, shown: { ...shown, customer: customer.id } };
}

/** Brings the customer of a session up to date with what was typed, as far as the session may. Locks the customer. */
export async function updateCustomer(work: Work, { shown, hidden }: Session): Promise<void> {
  if (shown.customer === null) return;
  const { details, customerUpdate } = hidden;
  const customer = await findObject(work.tx, kinds.customer, String(shown.customer), { lock: true });
  if (customer === undefined || details === undefined) return;
  const name = details.businessName ?? details.name;
  const changed: Stripe.Customer = {
    ...customer.shown,
    ...(customerUpdate?.address === 'auto' && details.address !== null && { address: details.address }),
    ...(customerUpdate?.name === 'auto' && name !== null && { name }),
  };
  await saveChange(work, customer.shown, { ...customer, shown: changed }, 'customer.updated');
  if (details.taxId !== null) await keepTaxId(work, customer.shown.id, details.taxId);
}

const noTaxLocation = () =>
  new ApiError(400, {
    type: 'invalid_request_error',
    code: 'customer_tax_location_invalid',
    message:
      'Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the ' +
      'Customer or set either `customer_update[address]` to `auto` or `customer_update[shipping]` to `auto` to ' +
      'save the address entered in Checkout to the Customer.',
    param: 'automatic_tax',
  });
