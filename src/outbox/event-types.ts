import type { DescribedEvent } from '../http/openapi/webhooks.js';

/**
 * What happened that somebody outside may want to be told of. The room in which it happens says in its `….events.ts`
 * what it is about.
 */
export const DOMAIN_EVENT_TYPES = [
  'checkout.started',
  'order.fulfilled',
  'order.failed',
  'order.expired',
  'booking.to_release',
  'portal.opened',
  'refund.created',
  'refund.succeeded',
  'refund.failed',
  'dispute.opened',
  'dispute.updated',
  'dispute.closed',
  'subscription.started',
  'subscription.renewed',
  'subscription.changed',
  'subscription.access_changed',
  'subscription.ended',
  'entitlement.opened',
  'entitlement.closed',
  'payment.failed',
  'payment.action_required',
  'trial.ending',
  'renewal.coming',
  'credits.expiring',
  'voucher.redeemed',
  'grant.created',
  'grant.expired',
  'grant.voided',
  'spend.reversed',
  'hold.expired',
  'balance.low',
  'balance.depleted',
  'balance.recovered',
  'reconciliation.found',
  'webhook_endpoint.disabled',
] as const;
export type DomainEventType = (typeof DOMAIN_EVENT_TYPES)[number];

/** Every type with the class of its data. */
export type EventCatalogue = Readonly<Record<DomainEventType, DescribedEvent>>;

/** What asks for every type. */
const ALL = '*';
/** How all types end that begin alike: `order.*`. */
const ANY_END = '.*';

/** The types that patterns name, each once, and the patterns that name none. */
export interface NamedTypes {
  types: DomainEventType[];
  unknown: string[];
}

/** A pattern is a type such as `order.fulfilled`, all types that begin alike such as `order.*`, or `*`. */
export function typesOf(patterns: readonly string[]): NamedTypes {
  const types = DOMAIN_EVENT_TYPES.filter((type) => patterns.some((pattern) => isOf(type, pattern)));
  const unknown = patterns.filter((pattern) => !DOMAIN_EVENT_TYPES.some((type) => isOf(type, pattern)));
  return { types, unknown };
}

function isOf(type: DomainEventType, pattern: string): boolean {
  if (pattern === ALL) return true;
  if (!pattern.endsWith(ANY_END)) return type === pattern;
  return pattern.length > ANY_END.length && type.startsWith(pattern.slice(0, -1));
}
