/** By what an account may use a feature: its subscription, something it bought once, or the free tier. */
export type EntitlementSourceType = 'subscription' | 'order' | 'free';

export interface EntitlementSource {
  type: EntitlementSourceType;
  /** The subscription's id at Stripe, the order's, or the key of the free product. */
  id: string;
}

/** What an account may use, or once could. */
export interface Entitlement {
  feature: string;
  active: boolean;
  /** When it closes, or has closed; null while no end of it is known. */
  expiresAt: Date | null;
  source: EntitlementSource;
}

/**
 * What one source says of a feature, as it is stored. `active` is as of the last write: the time may have passed it.
 */
export interface StoredEntitlement {
  feature: string;
  active: boolean;
  expiresAt: Date | null;
  closedAt: Date | null;
  source: EntitlementSource;
}

/**
 * The standing of each feature at an instant, by the source that opens it longest; of one that is closed, by the source
 * that closed last. Pure.
 */
export function standingAt(stored: readonly StoredEntitlement[], now: Date): Entitlement[] {
  const byFeature = Map.groupBy(stored, ({ feature }) => feature);
  return [...byFeature.values()]
    .map((sources) => sources.map((source) => entitlementAt(source, now)).sort(bestFirst))
    .flatMap(([best]) => best ?? []);
}

function entitlementAt({ feature, source, active, expiresAt, closedAt }: StoredEntitlement, now: Date): Entitlement {
  if (active && (expiresAt === null || now < expiresAt)) return { feature, source, active: true, expiresAt };
  return { feature, source, active: false, expiresAt: active ? expiresAt : closedAt };
}

function bestFirst(a: Entitlement, b: Entitlement): number {
  if (a.active !== b.active) return a.active ? -1 : 1;
  return endOf(b) - endOf(a);
}

/** One that is open without an end outlives all others. */
function endOf({ active, expiresAt }: Entitlement): number {
  return expiresAt?.getTime() ?? (active ? Number.MAX_VALUE : 0);
}
