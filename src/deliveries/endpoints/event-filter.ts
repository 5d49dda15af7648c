import { type DomainEventType, typesOf } from '../../outbox/event-types.js';

/** What is delivered in batches, and only to those who name it: there may be thousands a second. */
export const SPEND_CREATED = 'spend.created';

/** The types of the feed that an endpoint is sent, by the names that it has asked for. */
export function feedTypesOf(events: readonly string[]): DomainEventType[] {
  return typesOf(events.filter((name) => name !== SPEND_CREATED)).types;
}

/** Of the names that an endpoint asks for, those that stand for no type at all. */
export function unknownIn(events: readonly string[]): string[] {
  return typesOf(events).unknown.filter((name) => name !== SPEND_CREATED);
}
