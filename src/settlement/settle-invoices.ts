import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { ordersPaidWith } from '../orders/payments-of.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import type { Billing } from '../subscriptions/billing-now.js';
import { SettleBilling } from '../subscriptions/settle-billing.js';
import { lockPayment, ParkedFacts } from './parked-facts.store.js';
import type { SettlementWrite } from './settlement-write.js';

/**
 * Brings a subscription, its orders and credits up to what was fetched. Money that went back before its invoice was
 * heard of is settled with it, so that the account never holds credits whose money is gone; and what is granted later
 * of an order whose money is partly back is settled with that.
 */
@Injectable()
export class SettleInvoices {
  constructor(
    private readonly settleBilling: SettleBilling,
    private readonly settleReturns: SettleReturns,
    private readonly parked: ParkedFacts,
    private readonly stripe: StripeReturnsGateway,
  ) {}

  /** The write locks the payments, the account, the subscription, then orders. Must not be called in a transaction. */
  async prepare(billing: Billing): Promise<SettlementWrite> {
    const intents = billing.invoices.flatMap(({ stripePaymentIntentIds }) => stripePaymentIntentIds).toSorted();
    const returns = new Map<string, StripeReturns>();
    for (const intent of await this.parked.among(intents)) returns.set(intent, await this.stripe.fetchReturns(intent));
    return async (tx) => {
      for (const intent of intents) await lockPayment(tx, intent);
      const granted = await this.settleBilling.run(tx, billing);
      await this.settleParked(tx, intents, returns);
      await this.settleReturns.resettle(tx, granted);
    };
  }

  private async settleParked(
    tx: Tx,
    intents: readonly string[],
    returns: ReadonlyMap<string, StripeReturns>,
  ): Promise<void> {
    for (const order of await ordersPaidWith(tx, intents)) {
      const fetched = returns.get(order.stripePaymentIntentId) ?? {};
      const missed = await this.parked.take(tx, order.stripePaymentIntentId, fetched);
      // Parked after the fetch. What it is now has to be fetched too, and this fact is tried again.
      invariant(missed.length === 0, `what was parked of payment ${order.stripePaymentIntentId} has been fetched`);
      if (returns.has(order.stripePaymentIntentId)) await this.settleReturns.run(tx, { ...order, ...fetched });
    }
  }
}
