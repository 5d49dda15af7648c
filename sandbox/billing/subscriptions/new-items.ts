import type Stripe from 'stripe';
import { newMetadata } from '../../params/metadata.js';
import { newId } from '../../store/ids.js';
import type { Period } from '../periods.js';

type Item = Stripe.SubscriptionItem;

interface ItemFacts {
  subscriptionId: string;
  price: Stripe.Price;
  quantity: number;
  metadata?: Record<string, string | number | null> | '' | null;
  period: Period;
  created: number;
}

export const newItem = ({ subscriptionId, price, quantity, metadata, period, created }: ItemFacts): Item => ({
  id: newId('si', 14),
  object: 'subscription_item',
  billing_thresholds: null,
  created,
  current_period_end: period.end,
  current_period_start: period.start,
  current_trial: null,
  discounts: [],
  metadata: newMetadata(metadata),
  plan: planOf(price),
  price,
  quantity,
  subscription: subscriptionId,
  tax_rates: [],
});

export const itemList = (subscriptionId: string, data: Item[]): Stripe.ApiList<Item> => ({
  object: 'list',
  data,
  has_more: false,
  url: `/v1/subscription_items?subscription=${subscriptionId}`,
});

/** A recurring price, as what came before prices shows it. */
export const planOf = (price: Stripe.Price): Stripe.Plan => ({
  id: price.id,
  object: 'plan',
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: price.billing_scheme,
  created: price.created,
  currency: price.currency,
  interval: price.recurring?.interval ?? 'month',
  interval_count: price.recurring?.interval_count ?? 1,
  livemode: false,
  metadata: price.metadata,
  meter: null,
  nickname: price.nickname,
  product: price.product,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: 'licensed',
});
