import type Stripe from 'stripe';
import type { Work } from '../../store/work.js';
import type { Sold } from '../invoices/line-drafts.js';
import { itemPrice } from './item-price.js';

/** The items of a subscription with their prices in its currency. */
export async function soldItems(work: Work, { items, currency }: Stripe.Subscription): Promise<Sold[]> {
  const sold: Sold[] = [];
  for (const item of items.data) {
    sold.push({
      item,
      price: await itemPrice(work, item.price.id, currency, 'items', { chosenBefore: true }),
      currency,
    });
  }
  return sold;
}
