import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { recordEvent } from '../events/record.js';
import { scheduleJob } from '../jobs/schedule.js';
import { type HiddenCoupon, kinds } from '../kinds/kinds.js';
import { newMetadata } from '../params/metadata.js';
import { checkCurrency } from '../payments/currencies.js';
import { randomText } from '../store/ids.js';
import { insertObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

type Params = Stripe.CouponCreateParams;

/** Keeps a coupon under the caller's id or a new one. Its terms never change. */
export async function createCoupon(work: Work, params: Params): Promise<Stripe.Coupon> {
  checkTerms(params, work.now);
  const hidden = await hiddenTerms(work, params);
  const coupon = newCoupon(params, work.now);
  if (!(await insertObject(work.tx, kinds.coupon, work.now, coupon, hidden))) {
    throw invalidRequest('Coupon already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  if (coupon.redeem_by !== null) await scheduleJob(work, 'expire-coupon', coupon.id, coupon.redeem_by * 1000);
  await recordEvent(work, 'coupon.created', coupon);
  return coupon;
}

function checkTerms({ amount_off, currency, duration, duration_in_months, percent_off, ...rest }: Params, now: number) {
  if ((amount_off === undefined) === (percent_off === undefined)) {
    throw invalidRequest('You must pass either `percent_off` or `amount_off`, and not both.', { param: 'percent_off' });
  }
  if (percent_off !== undefined && (percent_off <= 0 || percent_off > 100)) {
    throw invalidRequest('Invalid percent_off: must be greater than 0 and at most 100', { param: 'percent_off' });
  }
  if (amount_off !== undefined && amount_off < 1) throw notPositive('amount_off');
  if (amount_off !== undefined && currency === undefined) {
    throw invalidRequest('You must pass `currency` when passing `amount_off`.', { param: 'currency' });
  }
  if ((duration === 'repeating') !== (duration_in_months !== undefined)) {
    throw invalidRequest('`duration_in_months` goes with the duration `repeating`, and with no other.', {
      param: 'duration_in_months',
    });
  }
  if (rest.max_redemptions !== undefined && rest.max_redemptions < 1) throw notPositive('max_redemptions');
  if (rest.redeem_by !== undefined && rest.redeem_by <= now) {
    throw invalidRequest('`redeem_by` must be in the future.', { param: 'redeem_by' });
  }
}

const notPositive = (param: string) =>
  invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param });

/** What Stripe shows of a coupon on request alone. */
async function hiddenTerms(work: Work, { applies_to, currency_options = {} }: Params): Promise<HiddenCoupon> {
  const productIds = applies_to?.products;
  for (const id of productIds ?? []) await need(work, kinds.product, id, { param: 'applies_to[products]' });
  const options = Object.entries(currency_options).map(([code, option]): [string, Stripe.Coupon.CurrencyOptions] => {
    if (option.amount_off < 1) throw notPositive(`currency_options[${code}][amount_off]`);
    return [checkCurrency(code, 'currency_options'), option];
  });
  return { currencyOptions: Object.fromEntries(options), ...(productIds && { productIds }) };
}

const newCoupon = (params: Params, created: number): Stripe.Coupon => ({
  id: params.id ?? randomText(8),
  object: 'coupon',
  amount_off: params.amount_off ?? null,
  created,
  currency: params.currency && params.amount_off !== undefined ? checkCurrency(params.currency, 'currency') : null,
  duration: params.duration ?? 'once',
  duration_in_months: params.duration_in_months ?? null,
  livemode: false,
  max_redemptions: params.max_redemptions ?? null,
  metadata: newMetadata(params.metadata),
  name: params.name ?? null,
  percent_off: params.percent_off ?? null,
  redeem_by: params.redeem_by ?? null,
  times_redeemed: 0,
  valid: true,
});
