import type Stripe from 'stripe';
import { invalidRequest } from '../api/errors.js';
import { recordEvent } from '../events/record.js';
import { kinds } from '../kinds/kinds.js';
import { newMetadata } from '../params/metadata.js';
import { newId } from '../store/ids.js';
import { insertObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

/** Keeps a product under the caller's id or a new one. Stripe refuses an id that was ever used. */
export async function createProduct(work: Work, params: Stripe.ProductCreateParams): Promise<Stripe.Product> {
  const product = newProduct(params, work.now);
  if (!(await insertObject(work.tx, kinds.product, work.now, product, {}))) {
    throw invalidRequest('Product already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  await recordEvent(work, 'product.created', product);
  return product;
}

const newProduct = (params: Stripe.ProductCreateParams, created: number): Stripe.Product => ({
  id: params.id ?? newId('prod', 14),
  object: 'product',
  active: params.active ?? true,
  created,
  default_price: null,
  description: params.description ?? null,
  images: params.images ?? [],
  livemode: false,
  marketing_features: params.marketing_features ?? [],
  metadata: newMetadata(params.metadata),
  name: params.name,
  package_dimensions: null,
  shippable: params.shippable ?? null,
  statement_descriptor: params.statement_descriptor ?? null,
  tax_code: params.tax_code ?? null,
  tax_details: null,
  type: params.type ?? 'service',
  unit_label: params.unit_label ?? null,
  updated: created,
  url: params.url ?? null,
});
