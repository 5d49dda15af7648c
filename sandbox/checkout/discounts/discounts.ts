import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { findCode } from '../../catalogue/create-promotion-code.js';
import { type HiddenCoupon, kinds } from '../../kinds/kinds.js';
import type { Reduction, SessionDiscount } from '../../kinds/session.js';
import { formatMoney } from '../../payments/currencies.js';
import { newId } from '../../store/ids.js';
import { findObject, type Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { isFor, type Sold } from '../sessions/totals.js';

/** What decides whether a discount may be had. */
export interface Buyer {
  items: Sold[];
  currency: string;
  customerId: string | null;
  /** As far as it is known. */
  email: string | null;
}

/** Why a discount cannot be had, in words for who typed it. */
export class DiscountRefused extends Error {}

const unknownCode = 'This code is not valid.';

/** The discount of a code that a person has typed. Throws DiscountRefused. */
export async function discountOfCode(work: Work, typed: string, buyer: Buyer): Promise<SessionDiscount> {
  const code = typed === '' ? undefined : await findCode(work, typed);
  if (code === undefined) throw new DiscountRefused(typed === '' ? 'Enter a code.' : unknownCode);
  const coupon = await findObject(work.tx, kinds.coupon, String(code.promotion.coupon));
  if (coupon === undefined) throw new DiscountRefused(unknownCode);
  await checkCode(work, code, buyer);
  return newDiscount(coupon, code.id, buyer, work.now);
}

/** The discount that a call asks for; Stripe takes one at most. */
export async function discountOfParams(
  work: Work,
  given: Stripe.Checkout.SessionCreateParams.Discount[] | undefined,
  buyer: Buyer,
): Promise<SessionDiscount | undefined> {
  const [first, ...more] = given ?? [];
  if (first === undefined) return undefined;
  if (more.length > 0) throw invalidRequest('You may only specify up to 1 discount.', { param: 'discounts' });
  if ((first.coupon === undefined) === (first.promotion_code === undefined)) {
    throw invalidRequest('You must pass one of `coupon` and `promotion_code` for a discount.', {
      param: 'discounts[0]',
    });
  }
  try {
    return await discountOfParam(work, first, buyer);
  } catch (error) {
    if (!(error instanceof DiscountRefused)) throw error;
    throw invalidRequest(error.message, { param: 'discounts[0]' });
  }
}

async function discountOfParam(
  work: Work,
  { coupon, promotion_code }: Stripe.Checkout.SessionCreateParams.Discount,
  buyer: Buyer,
): Promise<SessionDiscount> {
  if (promotion_code === undefined) {
    const found = await need(work, kinds.coupon, String(coupon), { param: 'discounts[0][coupon]' });
    return newDiscount(found, null, buyer, work.now);
  }
  const code = await need(work, kinds.promotionCode, promotion_code, { param: 'discounts[0][promotion_code]' });
  await checkCode(work, code.shown, buyer);
  const couponId = String(code.shown.promotion.coupon);
  return newDiscount(await need(work, kinds.coupon, couponId), promotion_code, buyer, work.now);
}

/** Throws DiscountRefused when a discount that was given can no longer be had. Locks the code, then the coupon. */
export async function checkDiscount(work: Work, discount: SessionDiscount, buyer: Buyer): Promise<void> {
  if (discount.promotionCodeId !== null) {
    const code = await findObject(work.tx, kinds.promotionCode, discount.promotionCodeId, { lock: true });
    if (code === undefined) throw new DiscountRefused(unknownCode);
    await checkCode(work, code.shown, buyer);
  }
  const coupon = await findObject(work.tx, kinds.coupon, discount.couponId, { lock: true });
  // A coupon that was deleted stays with those who have it.
  if (coupon !== undefined) checkCoupon(coupon.shown, work.now);
}

function newDiscount(
  coupon: Stored<Stripe.Coupon, HiddenCoupon>,
  promotionCodeId: string | null,
  buyer: Buyer,
  now: number,
): SessionDiscount {
  checkCoupon(coupon.shown, now);
  const reduction = reductionOf(coupon, buyer.currency);
  if (!buyer.items.some((item) => isFor(reduction, item))) {
    throw new DiscountRefused('This code is for something else than what is in this order.');
  }
  return { id: newId('di'), couponId: coupon.shown.id, promotionCodeId, reduction };
}

function checkCoupon({ max_redemptions, redeem_by, times_redeemed }: Stripe.Coupon, now: number): void {
  if (redeem_by !== null && redeem_by <= now) throw new DiscountRefused('This code has expired.');
  if (max_redemptions !== null && times_redeemed >= max_redemptions) {
    throw new DiscountRefused('This code was already used as often as it can be.');
  }
}

function reductionOf({ shown, hidden }: Stored<Stripe.Coupon, HiddenCoupon>, currency: string): Reduction {
  const products = hidden.productIds && { productIds: hidden.productIds };
  if (shown.percent_off !== null) return { percent: shown.percent_off, ...products };
  const amountMinor = shown.currency === currency ? shown.amount_off : hidden.currencyOptions?.[currency]?.amount_off;
  if (amountMinor) return { amountMinor, ...products };
  throw new DiscountRefused(`This code is not for payments in ${currency.toUpperCase()}.`);
}

async function checkCode(work: Work, code: Stripe.PromotionCode, buyer: Buyer): Promise<void> {
  if (code.expires_at !== null && code.expires_at <= work.now) throw new DiscountRefused('This code has expired.');
  if (code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions) {
    throw new DiscountRefused('This code was already used as often as it can be.');
  }
  if (!code.active) throw new DiscountRefused('This code is no longer valid.');
  if (code.customer !== null && code.customer !== buyer.customerId) throw new DiscountRefused(unknownCode);
  checkMinimum(code.restrictions, buyer);
  if (code.restrictions.first_time_transaction && (await hasPaidBefore(work, buyer))) {
    throw new DiscountRefused('This code is for a first purchase only.');
  }
}

function checkMinimum(
  { minimum_amount, minimum_amount_currency }: Stripe.PromotionCode.Restrictions,
  { items, currency }: Buyer,
): void {
  if (minimum_amount === null || minimum_amount_currency === null) return;
  const subtotalMinor = items.reduce((sum, item) => sum + item.amount_subtotal, 0);
  if (minimum_amount_currency === currency && subtotalMinor >= minimum_amount) return;
  const least = formatMoney(minimum_amount, minimum_amount_currency);
  throw new DiscountRefused(`This code is for orders of at least ${least}.`);
}

/** Whether the customer, or somebody with the same address, has paid for anything yet. */
async function hasPaidBefore(work: Work, { customerId, email }: Buyer): Promise<boolean> {
  const rows = await work.tx.query(
    `select
     from sandbox.objects
     where kind = $1
       and (shown ->> 'paid')::boolean
       and (shown ->> 'customer' = $2 or lower(shown -> 'billing_details' ->> 'email') = lower($3))
     limit 1`,
    [kinds.charge.name, customerId, email],
  );
  return rows.length > 0;
}
