import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import type { SessionDiscount } from '../../kinds/session.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

/** Counts that a discount was used, and ends what may be used no more often. Locks the code, then the coupon. */
export async function redeemDiscount(work: Work, { couponId, promotionCodeId }: SessionDiscount): Promise<void> {
  const code =
    promotionCodeId === null
      ? undefined
      : await findObject(work.tx, kinds.promotionCode, promotionCodeId, { lock: true });
  if (code !== undefined) {
    const used = oneMore(code.shown);
    const shown: Stripe.PromotionCode = { ...used, active: used.active && !isFull(used) };
    await saveChange(work, code.shown, { ...code, shown }, 'promotion_code.updated');
  }
  const coupon = await findObject(work.tx, kinds.coupon, couponId, { lock: true });
  if (coupon !== undefined) {
    const used = oneMore(coupon.shown);
    const shown: Stripe.Coupon = { ...used, valid: used.valid && !isFull(used) };
    await saveChange(work, coupon.shown, { ...coupon, shown }, 'coupon.updated');
  }
}

type Counted = Pick<Stripe.Coupon, 'max_redemptions' | 'times_redeemed'>;

const oneMore = <T extends Counted>(used: T): T => ({ ...used, times_redeemed: used.times_redeemed + 1 });

const isFull = ({ max_redemptions, times_redeemed }: Counted): boolean =>
  max_redemptions !== null && times_redeemed >= max_redemptions;
