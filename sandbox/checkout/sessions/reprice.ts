import type Stripe from 'stripe';
import type { HiddenSession } from '../../kinds/session.js';
import type { Stored } from '../../store/objects.js';
import { priceLines, totalsOf } from './totals.js';

export type Session = Stored<Stripe.Checkout.Session, HiddenSession>;

/**
 * A session with its amounts worked out anew from its lines and its discount. Tax is in them once it is known where the
 * buyer is; `taxed` shows what it will be before that.
 */
export function reprice(session: Session, { taxed = isLocated(session.shown) } = {}): Session {
  const { shown, hidden } = session;
  if (shown.mode === 'setup') return withoutAmounts(session);
  const reduction = hidden.discount?.reduction;
  const lineItems = priceLines(hidden.lineItems, { reduction, taxed: shown.automatic_tax.enabled && taxed });
  const totals = totalsOf(lineItems);
  const paymentStatus = totals.amount_total === 0 ? 'no_payment_required' : 'unpaid';
  return {
    shown: { ...shown, ...totals, discounts: discountsShown(hidden), payment_status: paymentStatus },
    hidden: { ...hidden, lineItems },
  };
}

/** Nothing is paid where a card is only saved. */
const withoutAmounts = ({ shown, hidden }: Session): Session => ({
  shown: {
    ...shown,
    amount_subtotal: null,
    amount_total: null,
    payment_status: 'no_payment_required',
    total_details: null,
  },
  hidden,
});

const isLocated = ({ automatic_tax }: Stripe.Checkout.Session): boolean => automatic_tax.status === 'complete';

const discountsShown = ({ discount }: HiddenSession): Stripe.Checkout.Session.Discount[] =>
  discount === undefined
    ? []
    : [
        {
          coupon: discount.promotionCodeId === null ? discount.couponId : null,
          promotion_code: discount.promotionCodeId,
        },
      ];
