import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { PAID_WITH } from '../orders/payments-of.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import type { Billing } from '../subscriptions/billing-now.js';
import { SettleBilling } from '../subscriptions/settle-billing.js';
import { lockPayment, ParkedFacts } from './parked-facts.js';
import type { SettlementWrite } from './settlement-write.js';

/**
 * Brings a subscription, its orders and credits up to what was fetched. Money that went back before its invoice was heard of
 * is settled with it, so that the account never holds credits whose money is gone; and what is granted later of an order
 * whose money is partly back is settled with that.
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
      await this.resettle(tx, granted);
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
      // Parked since we fetched. What it is now has to be fetched too, and this fact is tried again.
      invariant(missed.length === 0, `what was parked of payment ${order.stripePaymentIntentId} has been fetched`);
      if (returns.has(order.stripePaymentIntentId)) await this.settleReturns.run(tx, { ...order, ...fetched });
    }
  }

  /** An order that grew may have to give some of it back at once. */
  async resettle(tx: Tx, orderIds: readonly string[]): Promise<void> {
    for (const order of await ordersWithReturns(tx, orderIds)) await this.settleReturns.run(tx, order);
  }
}

interface PaidOrder {
  orderId: string;
  accountId: string;
  stripePaymentIntentId: string;
}

interface PaidOrderRow {
  id: string;
  account_id: string;
  payment_intent_id: string;
}

async function ordersPaidWith(tx: Tx, intents: readonly string[]): Promise<PaidOrder[]> {
  const rows: PaidOrderRow[] = await tx.query(
    `select id, account_id, payment as payment_intent_id
     from orders
     join (${PAID_WITH}) paid on paid.order_id = orders.id
     order by id, payment`,
    [intents],
  );
  return rows.map(toPaidOrder);
}

async function ordersWithReturns(tx: Tx, orderIds: readonly string[]): Promise<PaidOrder[]> {
  if (orderIds.length === 0) return [];
  const rows: PaidOrderRow[] = await tx.query(
    `select id, account_id, payment_intent_id
     from orders
     where id = any($1::text[])
       and payment_intent_id is not null
       and refunded_minor + disputed_minor > 0
     order by id`,
    [orderIds],
  );
  return rows.map(toPaidOrder);
}

function toPaidOrder(row: PaidOrderRow): PaidOrder {
  return { orderId: row.id, accountId: row.account_id, stripePaymentIntentId: row.payment_intent_id };
}
