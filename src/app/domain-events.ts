import { checkoutEvents } from '../checkout/checkout.events.js';
import { customersEvents } from '../customers/customers.events.js';
import { deliveriesEvents } from '../deliveries/deliveries.events.js';
import { entitlementsEvents } from '../entitlements/entitlements.events.js';
import { ledgerEvents } from '../ledger/ledger.events.js';
import { ordersEvents } from '../orders/orders.events.js';
import type { EventCatalogue } from '../outbox/event-types.js';
import { reconciliationEvents } from '../reconciliation/reconciliation.events.js';
import { returnsEvents } from '../returns/returns.events.js';
import { subscriptionsEvents } from '../subscriptions/subscriptions.events.js';
import { vouchersEvents } from '../vouchers/vouchers.events.js';

/** The events of all rooms, each with the class of its data. */
export const domainEvents: EventCatalogue = {
  ...checkoutEvents,
  ...ordersEvents,
  ...customersEvents,
  ...returnsEvents,
  ...subscriptionsEvents,
  ...entitlementsEvents,
  ...ledgerEvents,
  ...vouchersEvents,
  ...reconciliationEvents,
  ...deliveriesEvents,
};
