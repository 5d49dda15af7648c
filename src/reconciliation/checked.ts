/** How many things were looked at so far. */
export interface Checked {
  /** Payments, paid invoices of subscriptions, refunds and disputes of accounts that Stripe listed. */
  payments: number;
  invoices: number;
  refunds: number;
  disputes: number;
  /** Those of accounts that have not ended at Stripe. */
  subscriptions: number;
  /** Grants, orders of invoices, refunds and disputes in the books that Stripe did not list, and was asked for. */
  booked: number;
  /** Events about them that Stripe could not deliver. */
  undelivered: number;
}
