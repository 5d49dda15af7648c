import type Stripe from 'stripe';
import type { Session } from './reprice.js';
import { taxPercent } from './totals.js';

/** Which discount and which tax the sums of a session are made of. */
export function breakdownOf({ shown, hidden }: Session): Stripe.Checkout.Session.TotalDetails.Breakdown {
  const { amount_discount = 0, amount_tax = 0 } = shown.total_details ?? {};
  const taxed = hidden.lineItems.filter((item) => item.amount_tax > 0);
  return {
    discounts: hidden.discount === undefined ? [] : [{ amount: amount_discount, discount: discountOf(shown, hidden) }],
    taxes:
      taxed.length === 0
        ? []
        : [
            {
              amount: amount_tax,
              rate: taxRate(shown, taxed),
              taxability_reason: 'standard_rated',
              taxable_amount: taxed.reduce((sum, item) => sum + item.amount_subtotal - item.amount_discount, 0),
            },
          ],
  };
}

function discountOf(session: Stripe.Checkout.Session, { discount }: Session['hidden']): Stripe.Discount {
  return {
    id: discount?.id ?? '',
    object: 'discount',
    checkout_session: session.id,
    customer: null,
    customer_account: null,
    end: null,
    invoice: null,
    invoice_item: null,
    promotion_code: discount?.promotionCodeId ?? null,
    source: { coupon: discount?.couponId ?? null, type: 'coupon' },
    start: session.created,
    subscription: null,
    subscription_item: null,
  };
}

const taxRate = (session: Stripe.Checkout.Session, taxed: Stripe.LineItem[]): Stripe.TaxRate => ({
  id: 'txr_sandbox',
  object: 'tax_rate',
  active: false,
  country: session.customer_details?.address?.country ?? null,
  created: session.created,
  description: null,
  display_name: 'Tax',
  effective_percentage: taxPercent,
  flat_amount: null,
  inclusive: taxed.every((item) => item.price?.tax_behavior === 'inclusive'),
  jurisdiction: null,
  jurisdiction_level: 'country',
  livemode: false,
  metadata: {},
  percentage: taxPercent,
  rate_type: 'percentage',
  state: null,
  tax_type: 'vat',
});
