import type { Resource } from '../api/resource.js';
import { balance } from './balance.js';
import { billingPortal } from './billing/billing-portal.js';
import { invoices } from './billing/invoices.js';
import { subscriptionSchedules } from './billing/subscription-schedules.js';
import { subscriptions } from './billing/subscriptions.js';
import { testClocks } from './billing/test-clocks.js';
import { coupons } from './catalogue/coupons.js';
import { prices } from './catalogue/prices.js';
import { products } from './catalogue/products.js';
import { promotionCodes } from './catalogue/promotion-codes.js';
import { charges } from './charges.js';
import { checkoutSessions } from './checkout-sessions.js';
import { customers } from './customers.js';
import { disputes } from './disputes.js';
import { events } from './events.js';
import { fraudWarnings } from './fraud-warnings.js';
import { paymentIntents } from './payment-intents.js';
import { paymentLinks } from './payment-links.js';
import { paymentMethods } from './payment-methods.js';
import { refunds } from './refunds.js';
import { setupIntents } from './setup-intents.js';
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
