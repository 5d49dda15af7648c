import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { freeKey } from '../idempotency/idempotency-keys.store.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { Ledger } from '../ledger/ledger.js';
import { lockOrder } from '../orders/orders.store.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { Refund } from '../returns/refund.entity.js';
import { markRefused } from '../returns/refunds.store.js';
import { tellRefundFailed } from '../returns/returns.events.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeRefused } from '../stripe/client/stripe.problems.js';

/**
 * Notes that Stripe refused a refund: no money moves, the amount can be refunded again, credits that were taken for it
 * come back, and the idempotency key is free. Changes nothing once the refund is known to be on Stripe's side. Locks
 * the account's balance, then the order.
 */
@Injectable()
export class RefuseRefund {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly settleReturns: SettleReturns,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, refund: Refund, refusal: StripeRefused): Promise<void> {
    const { id, orderId, accountId } = refund;
    await this.ledger.open(tx, accountId);
    const { stripePaymentIntentId } = await lockOrder(tx, orderId);
    const failureReason = refusal.facts.stripeCode;
    const now = this.clock.now();
    if (!(await markRefused(tx, id, { failureReason, now }))) return;
    invariant(stripePaymentIntentId !== null, `order ${orderId} was paid with a payment intent`);
    await freeKey(tx, { accountId, digest: refund.idempotencyDigest });
    await this.settleReturns.run(tx, { orderId, accountId, stripePaymentIntentId });
    await tellRefundFailed(tx, this.record, { ...refund, status: 'failed', failureReason, updatedAt: now });
  }
}
