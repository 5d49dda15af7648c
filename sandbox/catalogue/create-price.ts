import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest, missingParam, notInSandbox } from '../api/errors.js';
import { keepNew } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { newMetadata } from '../params/metadata.js';
import { checkCurrency } from '../payments/currencies.js';
import { newId } from '../store/ids.js';
import type { Work } from '../store/work.js';
import { createProduct } from './create-product.js';
import { decimalOf, readCurrencyOptions, unitAmount } from './currency-options.js';
import { claimLookupKey } from './lookup-keys.js';

/** Keeps a price for a product that is there or comes along. `path` is where the parameters stood in the request. */
export async function createPrice(work: Work, params: Stripe.PriceCreateParams, path = ''): Promise<Stripe.Price> {
  const at = (name: string) => (path === '' ? name : `${path}[${name}]`);
  if (params.billing_scheme === 'tiered') throw notInSandbox('Received a tiered billing_scheme.', at('billing_scheme'));
  if (params.recurring?.usage_type === 'metered') throw notInSandbox('Received a metered price.', at('recurring'));
  const currency = checkCurrency(params.currency, at('currency'));
  const amountMinor = unitAmount(params.unit_amount, at('unit_amount'));
  const currencyOptions = readCurrencyOptions(params.currency_options, currency, at('currency_options'));
  const price = newPrice(params, {
    currency,
    amountMinor,
    productId: await productFor(work, params, at),
    created: work.now,
  });
  if (price.lookup_key !== null) await claimLookupKey(work, price.lookup_key, params.transfer_lookup_key ?? false);
  await keepNew(work, kinds.price, { shown: price, hidden: { currencyOptions } }, 'price.created');
  return price;
}

async function productFor(
  work: Work,
  { product, product_data }: Stripe.PriceCreateParams,
  at: (name: string) => string,
): Promise<string> {
  if (product !== undefined && product_data !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: product, product_data.', {
      param: at('product'),
    });
  }
  if (product_data !== undefined) return (await createProduct(work, product_data)).id;
  if (product === undefined) throw missingParam(at('product'));
  return (await need(work, kinds.product, product, { param: at('product') })).shown.id;
}

interface PriceFacts {
  currency: string;
  amountMinor: number;
  productId: string;
  created: number;
}

const newPrice = (
  params: Stripe.PriceCreateParams,
  { currency, amountMinor, productId, created }: PriceFacts,
): Stripe.Price => ({
  id: newId('price'),
  object: 'price',
  active: params.active ?? true,
  billing_scheme: 'per_unit',
  created,
  currency,
  custom_unit_amount: null,
  livemode: false,
  lookup_key: params.lookup_key ?? null,
  metadata: newMetadata(params.metadata),
  nickname: params.nickname ?? null,
  product: productId,
  recurring: params.recurring ? newRecurring(params.recurring) : null,
  tax_behavior: params.tax_behavior ?? 'unspecified',
  tiers_mode: null,
  transform_quantity: null,
  type: params.recurring ? 'recurring' : 'one_time',
  unit_amount: amountMinor,
  unit_amount_decimal: decimalOf(amountMinor),
});

const newRecurring = (params: Stripe.PriceCreateParams.Recurring): Stripe.Price.Recurring => ({
  interval: params.interval,
  interval_count: params.interval_count ?? 1,
  meter: null,
  trial_period_days: null,
  usage_type: 'licensed',
});
