import type Stripe from 'stripe';
import { keepNew } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { newId } from '../store/ids.js';
import type { Work } from '../store/work.js';

/** Keeps the number under which a customer pays tax. It is taken as it is: nobody verifies it. */
export async function keepTaxId(
  work: Work,
  customerId: string,
  { type, value }: { type: string; value: string },
): Promise<Stripe.TaxId> {
  const taxId: Stripe.TaxId = {
    id: newId('txi'),
    object: 'tax_id',
    country: /^(eu_vat|unknown)$/.test(type) ? null : type.slice(0, 2).toUpperCase(),
    created: work.now,
    customer: customerId,
    customer_account: null,
    livemode: false,
    owner: { customer: customerId, customer_account: null, type: 'customer' },
    type,
    value,
    verification: { status: 'unavailable', verified_address: null, verified_name: null },
  };
  await keepNew(work, kinds.taxId, { shown: taxId, hidden: {} }, 'customer.tax_id.created');
  return taxId;
}
