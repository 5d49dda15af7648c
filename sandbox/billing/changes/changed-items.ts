import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest, missingParam } from '../../api/errors.js';
import { kinds } from '../../kinds/kinds.js';
import { mergeMetadata } from '../../params/metadata.js';
import type { Work } from '../../store/work.js';
import type { Sold } from '../invoices/line-drafts.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { checkQuantity } from '../subscriptions/create-subscription.js';
import { checkChoosable, cycleOf, type ItemPrice, itemPrice } from '../subscriptions/item-price.js';
import { newItem, planOf } from '../subscriptions/new-items.js';

type ItemParams = Pick<Stripe.SubscriptionUpdateParams.Item, 'deleted' | 'id' | 'metadata' | 'price' | 'quantity'>;

interface Choice {
  /** The prices were chosen at an earlier time, and may have been switched off since. */
  chosenBefore?: boolean;
}

/** The items of a subscription as a call wants them: some with other prices or quantities, some new, some gone. */
export async function changedItems(
  work: Work,
  subscription: Stripe.Subscription,
  sold: Sold[],
  params: ItemParams[],
  choice: Choice = {},
): Promise<Sold[]> {
  const changes = new Map<string, ItemParams>();
  const added: Sold[] = [];
  for (const [index, each] of params.entries()) {
    const param = `items[${index}]`;
    if (each.id === undefined) added.push(await addedItem(work, subscription, each, { ...choice, param }));
    else if (sold.some(({ item }) => item.id === each.id)) changes.set(each.id, each);
    else throw invalidRequest(`No such subscription item: '${each.id}'`, { code: 'resource_missing', param });
  }
  const kept: Sold[] = [];
  for (const each of sold) {
    const change = changes.get(each.item.id);
    if (change?.deleted) continue;
    kept.push(change === undefined ? each : await changedItem(work, each, change, choice));
  }
  const all = [...kept, ...added];
  checkDistinct(all.map(({ price }) => price.shown.id));
  cycleOf(all.map(({ price }) => price.cycle));
  return all;
}

async function changedItem(
  work: Work,
  { item, price, currency }: Sold,
  params: ItemParams,
  choice: Choice,
): Promise<Sold> {
  const chosen = params.price === undefined ? price : await chosenPrice(work, params.price, currency, choice);
  return {
    item: {
      ...item,
      metadata: mergeMetadata(item.metadata, params.metadata),
      plan: planOf(chosen.shown),
      price: chosen.shown,
      quantity: quantityAfter(item, chosen, params.quantity),
    },
    price: chosen,
    currency,
  };
}

/** Whoever changes the price without saying how many gets one. */
function quantityAfter({ price, quantity = 1 }: Stripe.SubscriptionItem, chosen: ItemPrice, wanted?: number): number {
  if (wanted !== undefined) return checkQuantity(wanted, 'quantity');
  return chosen.shown.id === price.id ? quantity : 1;
}

async function addedItem(
  work: Work,
  subscription: Stripe.Subscription,
  params: ItemParams,
  { param, ...choice }: Choice & { param: string },
): Promise<Sold> {
  if (params.price === undefined) throw missingParam(`${param}[price]`);
  const { id, currency } = subscription;
  const price = await chosenPrice(work, params.price, currency, choice);
  const item = newItem({
    subscriptionId: id,
    price: price.shown,
    quantity: checkQuantity(params.quantity, `${param}[quantity]`),
    metadata: params.metadata || {},
    period: periodOf(subscription),
    created: work.now,
  });
  return { item, price, currency };
}

async function chosenPrice(
  work: Work,
  id: string,
  currency: string,
  { chosenBefore = false }: Choice,
): Promise<ItemPrice> {
  await need(work, kinds.price, id, { param: 'items[price]' });
  const price = await itemPrice(work, id, currency, 'items[price]', { chosenBefore });
  if (!chosenBefore) checkChoosable(price, 'items[price]');
  return price;
}

/** Throws Stripe's refusal of one price for two items. */
export function checkDistinct(ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${twice}`, { param: 'items' });
}
