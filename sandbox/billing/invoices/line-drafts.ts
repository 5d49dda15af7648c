import type Stripe from 'stripe';
import type { Debit, LastingDiscount, LineDraft } from '../../kinds/billing.js';
import { formatMoney } from '../../payments/currencies.js';
import { type Period, shareFrom } from '../periods.js';
import type { ItemPrice } from '../subscriptions/item-price.js';
import { discounted } from './new-lines.js';

export interface Sold {
  item: Stripe.SubscriptionItem;
  price: ItemPrice;
  currency: string;
}

/** What a whole period of an item costs. */
export const periodLine = ({ item, price, currency }: Sold, period: Period): LineDraft => ({
  ...lineOf({ item, price }),
  amountMinor: wholeOf({ item, price }),
  description:
    `${item.quantity ?? 1} × ${price.productName} (at ${formatMoney(price.ofLine.unitAmountMinor, currency)} / ` +
    `${every(price)})`,
  period,
});

/** A period that costs nothing, since it is there to try. */
export const trialLine = ({ item, price }: Sold, period: Period): LineDraft => ({
  ...lineOf({ item, price }),
  amountMinor: 0,
  description: `Trial period for ${price.productName}`,
  period,
});

/** What the rest of a period costs at a price that begins at `at`. Its discount is in it. */
export function remainingLine(
  sold: Sold,
  period: Period,
  at: number,
  discount: LastingDiscount | undefined,
): LineDraft {
  const { price } = sold;
  return {
    ...lineOf(sold),
    amountMinor: shareFrom(discounted(wholeOf(sold), price.ofLine, discount?.reduction), period, at),
    description: `Remaining time on ${price.productName} after ${dayOf(at)}`,
    discountable: false,
    period: { start: at, end: period.end },
    proration: true,
  };
}

/** What is given back of a debit from `at` on: its share of what was asked for, discount and all. */
export function unusedLine(sold: Sold, debit: Debit, at: number): LineDraft {
  return {
    ...lineOf(sold),
    amountMinor: -shareFrom(debit.amountMinor, debit, at),
    description: `Unused time on ${sold.price.productName} after ${dayOf(at)}`,
    discountable: false,
    period: { start: Math.max(at, debit.start), end: debit.end },
    proration: true,
    ...(debit.line && { credits: { invoice: debit.line.invoiceId, invoice_line_items: [debit.line.lineId] } }),
  };
}

const lineOf = ({ item, price }: Pick<Sold, 'item' | 'price'>) => ({
  discountable: true,
  itemId: item.id,
  price: price.ofLine,
  proration: false,
  quantity: item.quantity ?? 1,
});

const wholeOf = ({ item, price }: Pick<Sold, 'item' | 'price'>): number =>
  price.ofLine.unitAmountMinor * (item.quantity ?? 1);

const every = ({ cycle: { interval, interval_count } }: ItemPrice): string =>
  interval_count === 1 ? interval : `every ${interval_count} ${interval}s`;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `07 Nov 2026` */
function dayOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${String(date.getUTCDate()).padStart(2, '0')} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
