import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { createPromotionCode } from '../../catalogue/create-promotion-code.js';
import { saveChange } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import { mergeMetadata } from '../../params/metadata.js';
import type { Condition } from '../../store/list.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

const create = ({ work, params }: Call<Stripe.PromotionCodeCreateParams>) => createPromotionCode(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.PromotionCode> {
  return (await need(work, kinds.promotionCode, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.PromotionCodeUpdateParams>): Promise<Stripe.PromotionCode> {
  const before = await need(work, kinds.promotionCode, id, { lock: true });
  if (params.active && !before.shown.active && (await isUsedUp(work, before.shown))) {
    throw invalidRequest('This promotion code has expired or was redeemed often enough; it cannot be active again.', {
      param: 'active',
    });
  }
  const shown = {
    ...withChanges(before.shown, { active: params.active }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'promotion_code.updated');
  return shown;
}

async function isUsedUp(work: Work, code: Stripe.PromotionCode): Promise<boolean> {
  const coupon = await findObject(work.tx, kinds.coupon, String(code.promotion.coupon));
  const isOver = code.expires_at !== null && code.expires_at <= work.now;
  const isFull = code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions;
  return isOver || isFull || !coupon?.shown.valid;
}

const list = ({ work, params }: Call<Stripe.PromotionCodeListParams>) => {
  const { active, code, coupon, customer } = params;
  const conditions: Condition[] =
    code === undefined ? [] : [{ sql: `lower(o.shown ->> 'code') = lower($)`, value: code }];
  return listPage(work, kinds.promotionCode, '/v1/promotion_codes', params, {
    equal: { active, customer, promotion: coupon === undefined ? undefined : { coupon } },
    conditions,
  });
};

async function expire(work: Work, codeId: string): Promise<void> {
  const code = await findObject(work.tx, kinds.promotionCode, codeId, { lock: true });
  if (code === undefined) return;
  await saveChange(work, code.shown, { ...code, shown: { ...code.shown, active: false } }, 'promotion_code.updated');
}

export const promotionCodes: Resource = {
  routes: [
    route('POST /v1/promotion_codes', create),
    route('GET /v1/promotion_codes/:id', retrieve),
    route('POST /v1/promotion_codes/:id', update),
    route('GET /v1/promotion_codes', list),
  ],
  expansions: { promotion_code: { customer: 'by id' }, 'promotion_code.promotion': { coupon: 'by id' } },
  jobs: { 'expire-promotion-code': expire },
};
