import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { ApiError } from '../api/errors.js';
import { kinds } from '../kinds.js';
import type { Work } from '../store/work.js';

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

const noTaxLocation = () =>
  new ApiError(400, {
    type: 'invalid_request_error',
    code: 'customer_tax_location_invalid',
    message:
      'Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set either `customer_update[address]` to `auto` or `customer_update[shipping]` to `auto` to save the address entered in Checkout to the Customer.',
    param: 'automatic_tax',
  });
