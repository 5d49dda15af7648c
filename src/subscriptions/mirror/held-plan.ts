import type { ValueTransformer } from 'typeorm';
import { type IncludedUsage, sumIncluded } from '../../catalog/included-usage.js';
import type { Offer } from '../../catalog/offer.js';
import { type Quantity, quantityOfText } from '../../rating/pricing/quantity.js';
import type { StripeItem } from '../../stripe/objects/billing-objects.js';

/** What an account has agreed to, by plan: the offer as it was when the subscription came to it. */
export type Terms = Readonly<Record<string, Offer>>;

/** An item of a subscription that is a plan of the catalogue. */
export interface HeldPlan {
  stripeItemId: string;
  plan: string;
  quantity: number;
  /** What one of it costs a period, in minor units; null for a price that is no single amount, or not known yet. */
  unitAmountMinor: number | null;
  interval: StripeItem['interval'] | null;
  addedAt: Date;
}

/** Held plans in a column of JSON, which writes instants as text. */
export const storedPlans: ValueTransformer = {
  from: (stored: readonly (Omit<HeldPlan, 'addedAt'> & { addedAt: string })[]): HeldPlan[] =>
    stored.map((item) => ({ ...item, addedAt: new Date(item.addedAt) })),
  to: (held: readonly HeldPlan[] | undefined) => held,
};

/**
 * The items that are plans of the catalogue, in Stripe's order; other items do not count. An item whose quantity is 0
 * costs nothing and gives nothing, so it is not held. Pure.
 */
export function heldPlans(items: readonly StripeItem[], plans: ReadonlySet<string>): HeldPlan[] {
  return items.flatMap(({ stripeItemId, plan, quantity, unitAmountMinor, interval, addedAt }) =>
    plan === null || !plans.has(plan) || quantity === 0
      ? []
      : [
          {
            stripeItemId,
            plan,
            quantity,
            unitAmountMinor: unitAmountMinor === null ? null : Number(unitAmountMinor),
            interval,
            addedAt,
          },
        ],
  );
}

/** What a month of all that is held gives: whole numbers, as the catalogue bounds them. Pure. */
export function creditsPerMonthOf(items: readonly HeldPlan[], terms: Terms): number {
  return sumOf(items, terms, ({ credits }) => credits);
}

/** What a month of all that is held includes, of each meter and match together. Pure. */
export function includedPerMonthOf(items: readonly HeldPlan[], terms: Terms): IncludedUsage[] {
  return sumIncluded(
    items.flatMap(({ plan, quantity: times }) =>
      (terms[plan]?.included ?? []).map(({ quantity, ...of }) => ({
        ...of,
        quantity: (quantityOfText(quantity) * BigInt(times)) as Quantity,
      })),
    ),
  );
}

/** Null where none of the plans names seats. Pure. */
export function seatsOf(items: readonly HeldPlan[], terms: Terms): number | null {
  const named = items.filter(({ plan }) => (terms[plan]?.seats ?? null) !== null);
  return named.length === 0 ? null : sumOf(named, terms, ({ seats }) => seats ?? 0);
}

/** What a period of all that is held costs, before discount and tax; null while it is not known. Pure. */
export function periodAmountOf(items: readonly HeldPlan[]): number | null {
  let amountMinor = 0;
  for (const { unitAmountMinor, quantity } of items) {
    if (unitAmountMinor === null) return null;
    amountMinor += unitAmountMinor * quantity;
  }
  return amountMinor;
}

/** The features of all plans, each once. Pure. */
export function featureNamesOf(items: readonly HeldPlan[], terms: Terms): string[] {
  return [...new Set(items.flatMap(({ plan }) => terms[plan]?.features ?? []))];
}

function sumOf(items: readonly HeldPlan[], terms: Terms, of: (offer: Offer) => number): number {
  return items.reduce((sum, { plan, quantity }) => {
    const offer = terms[plan];
    return offer === undefined ? sum : sum + quantity * of(offer);
  }, 0);
}
