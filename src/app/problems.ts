import { adoptionProblems } from '../adoption/adoption.problems.js';
import { alertsProblems } from '../alerts/alerts.problems.js';
import { authProblems } from '../auth/auth.problems.js';
import { catalogProblems } from '../catalog/catalog.problems.js';
import { checkoutProblems } from '../checkout/checkout.problems.js';
import { customersProblems } from '../customers/customers.problems.js';
import { deliveriesProblems } from '../deliveries/deliveries.problems.js';
import { disputesProblems } from '../disputes/disputes.problems.js';
import { httpProblems } from '../http/problems/http.problems.js';
import { idempotencyProblems } from '../idempotency/idempotency.problems.js';
import { ledgerProblems } from '../ledger/ledger.problems.js';
import { meteringProblems } from '../metering/metering.problems.js';
import { ordersProblems } from '../orders/orders.problems.js';
import { outboxProblems } from '../outbox/outbox.problems.js';
import { ratingProblems } from '../rating/rating.problems.js';
import { reconciliationProblems } from '../reconciliation/reconciliation.problems.js';
import { refundsProblems } from '../refunds/refunds.problems.js';
import { reportsProblems } from '../reports/reports.problems.js';
import { returnsProblems } from '../returns/returns.problems.js';
import { stripeProblems } from '../stripe/client/stripe.problems.js';
import { subscriptionsProblems } from '../subscriptions/subscriptions.problems.js';
import { vouchersProblems } from '../vouchers/vouchers.problems.js';
import { webhooksProblems } from '../webhooks/webhooks.problems.js';

/** The problems of all rooms: each has its page under `/problems`. */
export const problems = [
  ...httpProblems,
  ...idempotencyProblems,
  ...authProblems,
  ...catalogProblems,
  ...ratingProblems,
  ...ledgerProblems,
  ...alertsProblems,
  ...meteringProblems,
  ...reportsProblems,
  ...customersProblems,
  ...ordersProblems,
  ...checkoutProblems,
  ...returnsProblems,
  ...refundsProblems,
  ...disputesProblems,
  ...stripeProblems,
  ...subscriptionsProblems,
  ...adoptionProblems,
  ...outboxProblems,
  ...vouchersProblems,
  ...webhooksProblems,
  ...deliveriesProblems,
  ...reconciliationProblems,
];
