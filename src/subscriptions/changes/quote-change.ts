import { Injectable } from '@nestjs/common';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../../catalog/catalog.problems.js';
import { CatalogQueries } from '../../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../../catalog/offer.js';
import { Clock } from '../../kernel/clock.js';
import { StripeBilling } from '../../stripe/billing/billing.gateway.js';
import type { ChangePreview } from '../../stripe/objects/billing-objects.js';
import type { StripeOffer } from '../../stripe/objects/sale-objects.js';
import { hasEnded } from '../mirror/access.js';
import type { HeldPlan } from '../mirror/held-plan.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { planNow } from '../mirror/subscription-now.js';
import { SubscriptionEnded, SubscriptionNotChangeable } from '../subscriptions.problems.js';
import { type ChangeEffect, currentPrice, effectOf, type Priced, priceIn } from './plan-change.js';
import { SubscriptionAtStripe } from './subscription-at-stripe.js';

/** A change of plan that can be made, and when it would take effect. */
export interface QuotedChange {
  /** As Stripe has it now. */
  subscription: Subscription;
  /** What of it is changed: its first plan. */
  item: HeldPlan;
  plan: string;
  offer: Offer;
  effect: ChangeEffect;
  /** What it is bought as. */
  stripeOffer: StripeOffer;
  /** What it would cost now; undefined where it does not change now. */
  preview: ChangePreview | undefined;
}

/**
 * Says what a change of plan would be, by what Stripe has now. Must not be called in a transaction.
 * @throws the problems of `POST …/subscription/change`
 */
@Injectable()
export class QuoteChange {
  constructor(
    private readonly atStripe: SubscriptionAtStripe,
    private readonly catalog: CatalogQueries,
    private readonly clock: Clock,
    private readonly stripe: StripeBilling,
  ) {}

  async run(stripeSubscriptionId: string, plan: string): Promise<QuotedChange> {
    const subscription = await this.atStripe.fetch(stripeSubscriptionId);
    const now = this.clock.now();
    assertGoesOn(subscription);
    const isSame = plan === planNow(subscription, now);
    const item = heldFirst(subscription);
    const offer = (isSame ? subscription.terms[plan] : undefined) ?? (await this.offerOf(plan));
    const price = priceIn(offer, subscription.currency);
    const current = currentPrice(subscription, now);
    if (price === undefined || current === undefined) throw notOffered(plan, offer, subscription);
    const { interval, name } = offer;
    const { currency, amountMinor } = price;
    const unitAmountMinor = BigInt(amountMinor);
    const stripeOffer = { productKey: plan, name, currency, unitAmountMinor, interval: interval ?? undefined };
    const quoted = { subscription, item, plan, offer, stripeOffer, preview: undefined };
    if (isSame) return { ...quoted, effect: 'none' };
    return { ...quoted, ...(await this.effectOf(quoted, current, { interval, amountMinor })) };
  }

  /** Stripe is asked what is left of what was paid, where the change may be made now. */
  private async effectOf(
    { subscription, item, stripeOffer }: Pick<QuotedChange, 'subscription' | 'item' | 'stripeOffer'>,
    current: Priced,
    wanted: Priced,
  ): Promise<Pick<QuotedChange, 'effect' | 'preview'>> {
    const atMost = effectOf(current, wanted);
    assertChangeable(subscription, atMost);
    if (atMost !== 'now') return { effect: atMost, preview: undefined };
    const { stripeSubscriptionId } = subscription;
    const preview = await this.stripe.previewChange({ stripeSubscriptionId, from: item, offer: stripeOffer });
    const effect = effectOf(current, wanted, preview);
    assertChangeable(subscription, effect);
    return { effect, preview: effect === 'now' ? preview : undefined };
  }

  private async offerOf(plan: string): Promise<Offer> {
    const product = await this.catalog.find(plan);
    if (product === null) throw new ProductNotFound({ product: plan });
    const offer = offerOf(product);
    if (!offer.active || offer.kind !== 'plan')
      throw new ProductNotForSale({ product: plan, kind: offer.kind, active: offer.active });
    return offer;
  }
}

export function assertGoesOn({ accountId, status }: Subscription): void {
  if (hasEnded(status)) throw new SubscriptionEnded({ accountId, subscriptionStatus: status });
}

/** While a payment is open, what would be charged is not known; and what ends has no next period. */
function assertChangeable(subscription: Subscription, effect: ChangeEffect): void {
  const { status, cancelAt, cancelAtPeriodEnd, collectionPaused } = subscription;
  const isEnding = effect === 'at_period_end' && (cancelAtPeriodEnd || cancelAt !== null);
  if ((status === 'active' || status === 'trialing') && !isEnding && !collectionPaused) return;
  throw notChangeable(subscription, isEnding);
}

/** What it was moved to is no plan of the catalogue, and not for Scrip to change. */
function heldFirst(subscription: Subscription): HeldPlan {
  const [item] = subscription.items;
  if (item === undefined) throw notChangeable(subscription, false);
  return item;
}

function notChangeable(subscription: Subscription, cancelAtPeriodEnd: boolean): SubscriptionNotChangeable {
  const { accountId, status: subscriptionStatus, collectionPaused, items } = subscription;
  const holdsPlan = items.length > 0;
  return new SubscriptionNotChangeable({
    accountId,
    subscriptionStatus,
    cancelAtPeriodEnd,
    collectionPaused,
    holdsPlan,
  });
}

function notOffered(product: string, { prices }: Offer, { currency }: Subscription): CurrencyNotOffered {
  return new CurrencyNotOffered({ product, currency, currencies: prices.map((price) => price.currency) });
}
