import type { Resource } from '../api/resource.js';
import { balance } from './balance.js';
import { billingPortal } from './billing-portal.js';
import { charges } from './charges.js';
import { checkoutSessions } from './checkout-sessions.js';
import { coupons } from './coupons.js';
import { customers } from './customers.js';
import { disputes } from './disputes.js';
import { events } from './events.js';
import { fraudWarnings } from './fraud-warnings.js';
import { invoices } from './invoices.js';
import { paymentIntents } from './payment-intents.js';
import { paymentLinks } from './payment-links.js';
import { paymentMethods } from './payment-methods.js';
import { prices } from './prices.js';
import { products } from './products.js';
import { promotionCodes } from './promotion-codes.js';
import { refunds } from './refunds.js';
import { setupIntents } from './setup-intents.js';
import { subscriptionSchedules } from './subscription-schedules.js';
import { subscriptions } from './subscriptions.js';
import { testClocks } from './test-clocks.js';
import { webhookEndpoints } from './webhook-endpoints.js';

/** Everything the API offers. */
export const resources: Resource[] = [
  balance,
  billingPortal,
  charges,
  checkoutSessions,
  coupons,
  customers,
  disputes,
  events,
  fraudWarnings,
  invoices,
  paymentIntents,
  paymentLinks,
  paymentMethods,
  prices,
  products,
  promotionCodes,
  refunds,
  setupIntents,
  subscriptionSchedules,
  subscriptions,
  testClocks,
  webhookEndpoints,
];
