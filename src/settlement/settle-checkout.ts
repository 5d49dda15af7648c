import { Injectable } from '@nestjs/common';
import { FulfilOrder } from '../checkout/fulfil-order.js';
import { NotePayment } from '../checkout/note-payment.js';
import type { Order } from '../checkout/order.js';
import type { Payment } from '../checkout/own-payment.js';
import type { Tx } from '../database/database.js';
import { SettleMoneyBack } from '../refunds/settle-money-back.js';

/**
 * Brings an order up to what its checkout session, or its payment in a form, says. Money that went back before the grant was there is settled with
 * it, so that the account never holds credits whose money is gone. Locks the account, then the order, then its refunds.
 */
@Injectable()
export class SettleCheckout {
  constructor(
    private readonly fulfilOrder: FulfilOrder,
    private readonly notePayment: NotePayment,
    private readonly settleMoneyBack: SettleMoneyBack,
  ) {}

  async run(tx: Tx, { id, accountId }: Pick<Order, 'id' | 'accountId'>, payment: Payment): Promise<void> {
    if (payment.state !== 'paid') return this.notePayment.run(tx, id, payment);
    const before = await this.fulfilOrder.run(tx, { id, accountId }, payment);
    const { stripePaymentIntentId } = payment;
    if (before.grantId !== null || before.refundedMinor === 0n || stripePaymentIntentId === null) return;
    await this.settleMoneyBack.run(tx, { orderId: id, accountId, stripePaymentIntentId, refunds: [] });
  }
}
