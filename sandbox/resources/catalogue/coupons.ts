import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../../api/common.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { createCoupon } from '../../catalogue/create-coupon.js';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { mergeMetadata } from '../../params/metadata.js';
import { deleteObject, findObject, remains } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

const create = ({ work, params }: Call<Stripe.CouponCreateParams>) => createCoupon(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Coupon> {
  return (await need(work, kinds.coupon, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.CouponUpdateParams>): Promise<Stripe.Coupon> {
  const before = await need(work, kinds.coupon, id, { lock: true });
  const shown = {
    ...withChanges(before.shown, { name: params.name }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'coupon.updated');
  return shown;
}

/** Discounts that were given before stay. */
async function remove({ work, id }: Call<unknown>): Promise<Stripe.DeletedCoupon> {
  const { shown } = await need(work, kinds.coupon, id, { lock: true });
  await deleteObject(work.tx, id);
  await recordEvent(work, 'coupon.deleted', shown);
  return remains('coupon', id);
}

const list = ({ work, params }: Call<Stripe.CouponListParams>) => listPage(work, kinds.coupon, '/v1/coupons', params);

async function expire(work: Work, couponId: string): Promise<void> {
  const coupon = await findObject(work.tx, kinds.coupon, couponId, { lock: true });
  if (coupon === undefined) return;
  await saveChange(work, coupon.shown, { ...coupon, shown: { ...coupon.shown, valid: false } }, 'coupon.updated');
}

async function appliesTo(work: Work, { id }: Stripe.Coupon): Promise<Stripe.Coupon.AppliesTo | undefined> {
  const { productIds } = (await need(work, kinds.coupon, id)).hidden;
  return productIds && { products: productIds };
}

async function currencyOptions(work: Work, coupon: Stripe.Coupon): Promise<Stripe.Coupon['currency_options']> {
  const { hidden } = await need(work, kinds.coupon, coupon.id);
  if (coupon.amount_off === null || coupon.currency === null) return {};
  return { [coupon.currency]: { amount_off: coupon.amount_off }, ...hidden.currencyOptions };
}

export const coupons: Resource = {
  routes: [
    route('POST /v1/coupons', create),
    route('GET /v1/coupons/:id', retrieve),
    route('POST /v1/coupons/:id', update),
    route('DELETE /v1/coupons/:id', remove),
    route('GET /v1/coupons', list),
  ],
  expansions: { coupon: { applies_to: appliesTo, currency_options: currencyOptions } },
  jobs: { 'expire-coupon': expire },
};
