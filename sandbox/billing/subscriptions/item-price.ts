import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest, notInSandbox } from '../../api/errors.js';
import { allCurrencies } from '../../catalogue/currency-options.js';
import type { LineDraft } from '../../kinds/billing.js';
import { kinds } from '../../kinds/kinds.js';
import type { Work } from '../../store/work.js';
import type { Cycle } from '../periods.js';

/** A recurring price in the currency of a subscription. */
export interface ItemPrice {
  shown: Stripe.Price;
  cycle: Cycle;
  productName: string;
  /** As lines carry it. */
  ofLine: LineDraft['price'];
}

/**
 * The price for an item. Throws Stripe's refusal when it does not recur, or not in the currency; one that was chosen
 * before is as it was in its own currency, when its seller has taken the other one away.
 */
export async function itemPrice(
  work: Work,
  priceId: string,
  currency: string,
  param: string,
  { chosenBefore = false } = {},
): Promise<ItemPrice> {
  const price = await need(work, kinds.price, priceId, { param });
  const { recurring } = price.shown;
  if (recurring === null) {
    throw invalidRequest(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      { param },
    );
  }
  const options = allCurrencies(price);
  const option = options[currency] ?? (chosenBefore ? options[price.shown.currency] : undefined);
  if (option === undefined) {
    throw invalidRequest(
      `The price specified supports currencies of ${Object.keys(options).map((code) => `\`${code}\``)}. ` +
        `This doesn't match the expected currency: \`${currency}\`.`,
      { param },
    );
  }
  if (option.unit_amount === null) throw notInSandbox(`The price ${priceId} has no unit amount.`, param);
  const product = await need(work, kinds.product, String(price.shown.product));
  return {
    shown: price.shown,
    cycle: { interval: recurring.interval, interval_count: recurring.interval_count },
    productName: product.shown.name,
    ofLine: {
      id: priceId,
      productId: product.shown.id,
      taxBehavior: option.tax_behavior,
      unitAmountMinor: option.unit_amount,
    },
  };
}

/** Throws when the price can no longer be chosen. */
export function checkChoosable({ shown }: ItemPrice, param: string): void {
  if (shown.active) return;
  throw invalidRequest('The price specified is inactive. This field only accepts active prices.', { param });
}

/** Prices that recur otherwise than each other cannot be billed together here. */
export function cycleOf([first, ...others]: Cycle[]): Cycle {
  if (first === undefined) throw invalidRequest('A subscription needs at least one item.', { param: 'items' });
  if (others.every((cycle) => isSameCycle(cycle, first))) return first;
  throw notInSandbox('Received prices with several intervals.', 'items');
}

export const isSameCycle = (a: Cycle, b: Cycle): boolean =>
  a.interval === b.interval && a.interval_count === b.interval_count;
