import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { createPrice } from '../../catalogue/create-price.js';
import { allCurrencies, readCurrencyOptions } from '../../catalogue/currency-options.js';
import { claimLookupKey } from '../../catalogue/lookup-keys.js';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { type HiddenPrice, kinds } from '../../kinds/kinds.js';
import { mergeMetadata } from '../../params/metadata.js';
import type { Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

const maxLookupKeys = 10;

const create = ({ work, params }: Call<Stripe.PriceCreateParams>) => createPrice(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Price> {
  return (await need(work, kinds.price, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.PriceUpdateParams>): Promise<Stripe.Price> {
  const before = await need(work, kinds.price, id, { lock: true });
  const { active, lookup_key, nickname, tax_behavior } = params;
  if (tax_behavior !== undefined) checkTaxBehaviour(before.shown, tax_behavior);
  if (lookup_key !== undefined && lookup_key !== before.shown.lookup_key) {
    await claimLookupKey(work, lookup_key, params.transfer_lookup_key ?? false);
  }
  const shown = {
    ...withChanges(before.shown, { active, lookup_key, nickname, tax_behavior }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  const hidden = changedOptions(before, params);
  await saveChange(work, before.shown, { shown, hidden }, 'price.updated');
  // What is shown on request alone changes without leaving a trace in the price.
  const onlyOptions = hidden !== before.hidden && JSON.stringify(shown) === JSON.stringify(before.shown);
  if (onlyOptions) await recordEvent(work, 'price.updated', shown, {});
  return shown;
}

/** Currencies that are given replace those that are there, and an empty whole removes all. */
function changedOptions(before: Stored<Stripe.Price, HiddenPrice>, params: Stripe.PriceUpdateParams): HiddenPrice {
  const { currency_options: given } = params;
  if (given === undefined) return before.hidden;
  if (!given) return { currencyOptions: {} };
  const changed = readCurrencyOptions(given, before.shown.currency, 'currency_options');
  return { currencyOptions: { ...before.hidden.currencyOptions, ...changed } };
}

function checkTaxBehaviour(price: Stripe.Price, wanted: string): void {
  if (price.tax_behavior === 'unspecified' || price.tax_behavior === wanted) return;
  throw invalidRequest('You cannot change the `tax_behavior` of a price once it is specified.', {
    param: 'tax_behavior',
  });
}

const list = ({ work, params }: Call<Stripe.PriceListParams>) => {
  const { active, currency, lookup_keys, product, type } = params;
  if (lookup_keys !== undefined && lookup_keys.length > maxLookupKeys) {
    throw invalidRequest(`You may only specify up to ${maxLookupKeys} lookup keys.`, { param: 'lookup_keys' });
  }
  return listPage(work, kinds.price, '/v1/prices', params, {
    equal: { active, currency: currency?.toLowerCase(), product, type },
    conditions: lookup_keys === undefined ? [] : [{ sql: `o.shown ->> 'lookup_key' = any($)`, value: lookup_keys }],
  });
};

const currencyOptions = async (work: Work, { id }: Stripe.Price) => allCurrencies(await need(work, kinds.price, id));

export const prices: Resource = {
  routes: [
    route('POST /v1/prices', create),
    route('GET /v1/prices/:id', retrieve),
    route('POST /v1/prices/:id', update),
    route('GET /v1/prices', list),
  ],
  expansions: { price: { currency_options: currencyOptions, product: 'by id' } },
};
