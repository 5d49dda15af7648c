import { sorted } from '../rating/pricing/dimensions.js';
import type { IncludedUsage } from './included-usage.js';
import type { Fulfilment, PartialRefundPolicy, PlanInterval, Product, ProductKind } from './product.entity.js';

export interface Price {
  currency: string;
  amountMinor: number;
}

/** What of a month's credits may be kept at a renewal. */
export interface Rollover {
  /** The most that rolls over at one renewal; null for all that is left. */
  capCredits: number | null;
  /** How many months it lives on from there. */
  months: number;
}

/** What an owner decides about a product: all of it is replaced by a change, and kept as a revision. */
export interface Offer {
  kind: ProductKind;
  name: string;
  description: string | null;
  credits: number;
  prices: Price[];
  validityDays: number | null;
  features: string[];
  /** The rest is of plans: null or 0 for anything else, and for plans without it. */
  interval: PlanInterval | null;
  trialDays: number | null;
  trialCredits: number;
  rollover: Rollover | null;
  seats: number | null;
  /** Offers that were kept before there was any do not have it. */
  included?: IncludedUsage[];
  /** Of features alone. */
  onPartialRefund: PartialRefundPolicy | null;
  fulfilment: Fulfilment | null;
  active: boolean;
}

/** The offer of a product as it stands, in the order in which offers are compared: prices by currency. */
export function offerOf(product: Product): Offer {
  return {
    kind: product.kind,
    name: product.name,
    description: product.description,
    credits: Number(product.credits),
    prices: product.prices.map(({ currency, amountMinor }) => ({ currency, amountMinor })).sort(byCurrency),
    validityDays: product.validityDays,
    features: product.features,
    interval: product.interval,
    trialDays: product.trialDays,
    trialCredits: product.trialCredits,
    rollover: rolloverOf(product),
    seats: product.seats,
    // As it is written: the column orders names in its own way.
    included: product.included.map(({ meter, match, quantity }) => ({ meter, match: sorted(match), quantity })),
    onPartialRefund: product.onPartialRefund,
    fulfilment: product.fulfilment,
    active: product.active,
  };
}

function rolloverOf({ rolloverMonths: months, rolloverCapCredits: capCredits }: Product): Rollover | null {
  return months === null ? null : { capCredits, months };
}

/** What a feature product opens: the features that it lists, or the one that has its own name. */
export function featuresOf(key: string, { kind, features }: Pick<Offer, 'kind' | 'features'>): string[] {
  return kind === 'feature' && features.length === 0 ? [key] : features;
}

export function byCurrency(a: Price, b: Price): number {
  return a.currency < b.currency ? -1 : 1;
}

/** Whether two offers say the same. */
export function sameOffer(a: Offer, b: Offer): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
