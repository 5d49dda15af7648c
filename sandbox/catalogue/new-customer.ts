import type Stripe from 'stripe';
import { newMetadata } from '../params/metadata.js';
import { newId, randomText } from '../store/ids.js';

type Params = Omit<Stripe.CustomerCreateParams, 'address' | 'shipping'>;

export const newCustomer = (params: Params, created: number): Stripe.Customer => ({
  id: newId('cus', 14),
  object: 'customer',
  address: null,
  balance: 0,
  created,
  currency: null,
  customer_account: null,
  default_source: null,
  delinquent: false,
  description: params.description ?? null,
  discount: null,
  email: params.email ?? null,
  invoice_prefix: randomText(8).toUpperCase(),
  invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  livemode: false,
  metadata: newMetadata(params.metadata),
  name: params.name ?? null,
  next_invoice_sequence: 1,
  phone: params.phone ?? null,
  preferred_locales: params.preferred_locales ?? [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
});
