import type { NewDomainEvent } from '../outbox/domain-event.js';
import type { EventCatalogue } from '../outbox/event-types.js';
import type { Entitlement } from './entitlement.js';
import { EntitlementAnswer, toEntitlementAnswer } from './entitlements.dto.js';

export const entitlementsEvents = {
  'entitlement.opened': { data: EntitlementAnswer, description: 'Something that was bought opens a feature.' },
  'entitlement.closed': {
    data: EntitlementAnswer,
    description: 'What was bought opens a feature no more. Something else may still do.',
  },
} satisfies Partial<EventCatalogue>;

type OfSource = Omit<Entitlement, 'active'>;

export function openedEvent(accountId: string, entitlement: OfSource): NewDomainEvent {
  return { type: 'entitlement.opened', accountId, data: toEntitlementAnswer({ ...entitlement, active: true }) };
}

/** `expiresAt` is when it has closed. */
export function closedEvent(accountId: string, entitlement: OfSource): NewDomainEvent {
  return { type: 'entitlement.closed', accountId, data: toEntitlementAnswer({ ...entitlement, active: false }) };
}
