import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../../api/common.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { createProduct } from '../../catalogue/create-product.js';
import { saveChange } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import { mergeMetadata } from '../../params/metadata.js';

const create = ({ work, params }: Call<Stripe.ProductCreateParams>) => createProduct(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Product> {
  return (await need(work, kinds.product, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.ProductUpdateParams>): Promise<Stripe.Product> {
  const before = await need(work, kinds.product, id, { lock: true });
  if (params.default_price !== undefined)
    await need(work, kinds.price, params.default_price, { param: 'default_price' });
  const {
    expand: _,
    metadata,
    images,
    marketing_features,
    package_dimensions: __,
    tax_details: ___,
    ...plain
  } = params;
  const shown: Stripe.Product = {
    ...withChanges(before.shown, plain),
    ...(images !== undefined && { images: images || [] }),
    ...(marketing_features !== undefined && { marketing_features: marketing_features || [] }),
    metadata: mergeMetadata(before.shown.metadata, metadata),
  };
  const changed = JSON.stringify(shown) !== JSON.stringify(before.shown);
  const stamped = changed ? { ...shown, updated: work.now } : shown;
  await saveChange(work, before.shown, { ...before, shown: stamped }, 'product.updated');
  return stamped;
}

const list = ({ work, params }: Call<Stripe.ProductListParams>) => {
  const { active, ids, shippable, type, url } = params;
  return listPage(work, kinds.product, '/v1/products', params, {
    equal: { active, shippable, type, url },
    conditions: ids === undefined ? [] : [{ sql: 'o.id = any($)', value: ids }],
  });
};

export const products: Resource = {
  routes: [
    route('POST /v1/products', create),
    route('GET /v1/products/:id', retrieve),
    route('POST /v1/products/:id', update),
    route('GET /v1/products', list),
  ],
  expansions: { product: { default_price: 'by id' } },
};
