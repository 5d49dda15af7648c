import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest, missingParam } from '../api/errors.js';
import { keepNew } from '../events/change.js';
import { scheduleJob } from '../jobs/schedule.js';
import { kinds } from '../kinds/kinds.js';
import { newMetadata } from '../params/metadata.js';
import { checkCurrency } from '../payments/currencies.js';
import { newId, randomText } from '../store/ids.js';
import type { Work } from '../store/work.js';

type Params = Stripe.PromotionCodeCreateParams;

/** Keeps a code that people can type in for a coupon. Among the active ones a code is there once, in whatever case. */
export async function createPromotionCode(work: Work, params: Params): Promise<Stripe.PromotionCode> {
  const couponId = params.promotion.coupon;
  if (couponId === undefined) throw missingParam('promotion[coupon]');
  const coupon = await need(work, kinds.coupon, couponId, { param: 'promotion[coupon]' });
  if (!coupon.shown.valid) {
    throw invalidRequest(`The coupon ${couponId} is no longer valid.`, { param: 'promotion[coupon]' });
  }
  if (params.customer !== undefined) await need(work, kinds.customer, params.customer, { param: 'customer' });
  const expiresAt = params.expires_at ?? coupon.shown.redeem_by;
  checkLimits(params, coupon.shown, work.now);
  const code = params.code ?? randomText(8).toUpperCase();
  await claimCode(work, code);
  const promotionCode = newPromotionCode(params, { code, couponId, expiresAt, created: work.now });
  await keepNew(work, kinds.promotionCode, { shown: promotionCode, hidden: {} }, 'promotion_code.created');
  if (expiresAt !== null) await scheduleJob(work, 'expire-promotion-code', promotionCode.id, expiresAt * 1000);
  return promotionCode;
}

function checkLimits({ code, expires_at, max_redemptions, restrictions }: Params, coupon: Stripe.Coupon, now: number) {
  if (code !== undefined && !/^[A-Za-z0-9-]{1,500}$/.test(code)) {
    throw invalidRequest('Promotion codes may only contain letters, digits and dashes.', { param: 'code' });
  }
  if (expires_at !== undefined && expires_at <= now) {
    throw invalidRequest('`expires_at` must be in the future.', { param: 'expires_at' });
  }
  if (expires_at !== undefined && coupon.redeem_by !== null && expires_at > coupon.redeem_by) {
    throw invalidRequest("`expires_at` cannot be later than the coupon's `redeem_by`.", { param: 'expires_at' });
  }
  if (max_redemptions !== undefined && max_redemptions < 1) {
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'max_redemptions' });
  }
  if ((restrictions?.minimum_amount === undefined) !== (restrictions?.minimum_amount_currency === undefined)) {
    throw missingParam('restrictions[minimum_amount_currency]');
  }
}

async function claimCode(work: Work, code: string): Promise<void> {
  await work.tx.query('select pg_advisory_xact_lock(hashtext($1))', [`sandbox-promotion-code:${code.toLowerCase()}`]);
  if (!(await findCode(work, code))?.active) return;
  throw invalidRequest(`An active promotion code with \`code: ${code}\` already exists.`, { param: 'code' });
}

/**
 * The promotion code that somebody has typed in, in whatever case; one that is active before those that no longer are.
 */
export async function findCode(work: Work, code: string): Promise<Stripe.PromotionCode | undefined> {
  const [found] = await work.tx.query<{ shown: Stripe.PromotionCode }>(
    `select shown
     from sandbox.objects
     where kind = $1 and not deleted and lower(shown ->> 'code') = lower($2)
     order by (shown ->> 'active')::boolean desc, seq desc
     limit 1`,
    [kinds.promotionCode.name, code],
  );
  return found?.shown;
}

interface Facts {
  code: string;
  couponId: string;
  expiresAt: number | null;
  created: number;
}

const newPromotionCode = (params: Params, { code, couponId, expiresAt, created }: Facts): Stripe.PromotionCode => ({
  id: newId('promo'),
  object: 'promotion_code',
  active: params.active ?? true,
  code,
  created,
  customer: params.customer ?? null,
  customer_account: null,
  expires_at: expiresAt,
  livemode: false,
  max_redemptions: params.max_redemptions ?? null,
  metadata: newMetadata(params.metadata),
  promotion: { coupon: couponId, type: 'coupon' },
  restrictions: {
    first_time_transaction: params.restrictions?.first_time_transaction ?? false,
    minimum_amount: params.restrictions?.minimum_amount ?? null,
    minimum_amount_currency:
      params.restrictions?.minimum_amount_currency === undefined
        ? null
        : checkCurrency(params.restrictions.minimum_amount_currency, 'restrictions[minimum_amount_currency]'),
  },
  times_redeemed: 0,
});
