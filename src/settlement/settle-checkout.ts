import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { FulfilOrder } from '../orders/fulfil-order.js';
import type { Payment } from '../orders/is-payment-of.js';
import { NotePayment } from '../orders/note-payment.js';
import type { Order } from '../orders/order.entity.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import { lockPayment, ParkedFacts } from './parked-facts.store.js';
import type { SettlementWrite } from './settlement-write.js';

type Owner = Pick<Order, 'id' | 'accountId'>;

/**
 * Brings an order up to what its checkout session, or its payment in a form, says. Money that went back before the
 * grant was there is settled with it, so that the account never holds credits whose money is gone.
 */
@Injectable()
export class SettleCheckout {
  constructor(
    private readonly fulfilOrder: FulfilOrder,
    private readonly notePayment: NotePayment,
    private readonly settleReturns: SettleReturns,
    private readonly parked: ParkedFacts,
    private readonly stripe: StripeReturnsGateway,
  ) {}

  /**
   * Fetches what was parked of the payment and returns the write, in which `ownerOf` says whose the payment is; for a
   * payment of nobody nothing is written. It locks the payment, the account, then the order, its refunds and its
   * disputes. Must not be called in a transaction.
   */
  async prepare(payment: Payment, ownerOf: (tx: Tx) => Promise<Owner | undefined>): Promise<SettlementWrite> {
    const { stripePaymentIntentId } = payment;
    const isParked = stripePaymentIntentId !== null && (await this.parked.hasSome(stripePaymentIntentId));
    const returns = isParked ? await this.stripe.fetchReturns(stripePaymentIntentId) : {};
    return async (tx) => {
      if (stripePaymentIntentId !== null) await lockPayment(tx, stripePaymentIntentId);
      const owner = await ownerOf(tx);
      if (owner !== undefined) await this.run(tx, { owner, payment, returns });
    };
  }

  private async run(
    tx: Tx,
    { owner, payment, returns }: { owner: Owner; payment: Payment; returns: Partial<StripeReturns> },
  ): Promise<void> {
    const { id: orderId, accountId } = owner;
    if (payment.state !== 'paid') return this.notePayment.run(tx, orderId, payment);
    const before = await this.fulfilOrder.run(tx, owner, payment);
    const { stripePaymentIntentId } = payment;
    if (before.chargedMinor !== null || stripePaymentIntentId === null) return;
    const missed = await this.parked.take(tx, stripePaymentIntentId, returns);
    // Parked after the fetch. What it is now has to be fetched too, and this fact is tried again.
    invariant(missed.length === 0, `what was parked of payment ${stripePaymentIntentId} has been fetched`);
    await this.settleReturns.run(tx, { orderId, accountId, stripePaymentIntentId, ...returns });
  }
}
