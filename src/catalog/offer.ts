import type { Product, ProductKind } from './product.entity.js';

export interface Price {
  currency: string;
  amountMinor: number;
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
  interval: 'month' | 'year' | null;
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
    active: product.active,
  };
}

export function byCurrency(a: Price, b: Price): number {
  return a.currency < b.currency ? -1 : 1;
}

/** Whether two offers say the same. */
export function sameOffer(a: Offer, b: Offer): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
