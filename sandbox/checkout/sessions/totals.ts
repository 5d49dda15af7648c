import type Stripe from 'stripe';
import type { Reduction } from '../../kinds/session.js';

/** What the prices of something that is sold are worked out from. */
export type Sold = Pick<Stripe.LineItem, 'amount_subtotal'> & {
  price: { product: unknown; tax_behavior: string | null } | null;
};

type Priced = Pick<Stripe.LineItem, 'amount_discount' | 'amount_tax' | 'amount_total'>;

export interface Terms {
  reduction?: Reduction | undefined;
  /** Whether tax is added. */
  taxed: boolean;
}

/** The one rate of tax that there is here, in percent. */
export const taxPercent = 20;

/**
 * The lines with their discount, then their tax, in whole minor units. A price that includes its tax keeps its total.
 */
export function priceLines<Item extends Sold>(items: Item[], { reduction, taxed }: Terms): (Item & Priced)[] {
  const discounts = discountsOf(items, reduction);
  return items.map((item, index) => {
    const discountMinor = discounts[index] ?? 0;
    const netMinor = item.amount_subtotal - discountMinor;
    const taxMinor = taxed ? taxOf(netMinor, isInclusive(item)) : 0;
    return {
      ...item,
      amount_discount: discountMinor,
      amount_tax: taxMinor,
      amount_total: netMinor + (isInclusive(item) ? 0 : taxMinor),
    };
  });
}

/**
 * What is taken off each line. An amount is spread over the lines by their share, so that the parts make up the whole.
 */
function discountsOf(items: Sold[], reduction: Reduction | undefined): number[] {
  if (reduction === undefined) return items.map(() => 0);
  const eligible = items.map((item) => (isFor(reduction, item) ? item.amount_subtotal : 0));
  if ('percent' in reduction) return eligible.map((subtotal) => Math.round((subtotal * reduction.percent) / 100));
  const totalMinor = eligible.reduce((sum, subtotal) => sum + subtotal, 0);
  const offMinor = Math.min(reduction.amountMinor, totalMinor);
  let [passedMinor, spreadMinor] = [0, 0];
  return eligible.map((subtotal) => {
    passedMinor += subtotal;
    const upToHere = totalMinor === 0 ? 0 : Math.round((offMinor * passedMinor) / totalMinor);
    const part = upToHere - spreadMinor;
    spreadMinor = upToHere;
    return part;
  });
}

/** Whether a discount is for what a line sells. */
export const isFor = ({ productIds }: Reduction, item: Sold): boolean =>
  productIds === undefined || productIds.includes(String(item.price?.product));

const taxOf = (netMinor: number, inclusive: boolean): number =>
  inclusive ? netMinor - Math.round((netMinor * 100) / (100 + taxPercent)) : Math.round((netMinor * taxPercent) / 100);

const isInclusive = (item: Sold): boolean => item.price?.tax_behavior === 'inclusive';

/** The sums of the lines, as a session or a quote shows them. */
export function totalsOf(items: Stripe.LineItem[]) {
  const sum = (field: 'amount_discount' | 'amount_subtotal' | 'amount_tax' | 'amount_total') =>
    items.reduce((total, item) => total + item[field], 0);
  return {
    amount_subtotal: sum('amount_subtotal'),
    amount_total: sum('amount_total'),
    total_details: {
      amount_discount: sum('amount_discount'),
      amount_shipping: 0,
      amount_tax: sum('amount_tax'),
    },
  };
}
