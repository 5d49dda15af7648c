import type Stripe from 'stripe';

type Change = Record<string, string | number | null> | '' | null | undefined;

/** The metadata of a new object. */
export const newMetadata = (given: Change): Stripe.Metadata => mergeMetadata({}, given);

/** Keys that are given replace those that are there, empty values remove them, and an empty whole removes all. */
export function mergeMetadata(present: Stripe.Metadata | null, change: Change): Stripe.Metadata {
  if (change === undefined) return present ?? {};
  if (change === null || change === '') return {};
  const merged = { ...present, ...change };
  const kept = Object.entries(merged).filter(([, value]) => value !== '' && value !== null);
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
