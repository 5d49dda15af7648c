import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { OrdersQueries } from '../orders/orders.queries.js';
import type { Refund } from '../returns/refund.entity.js';
import { SettleReturns } from '../returns/settle-returns.js';
import { SharedCalls } from '../stripe/client/shared-calls.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import type { NewRefund, StripeRefund } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import { RefundKept } from './refunds.problems.js';
import { RefuseRefund } from './refuse-refund.js';

/**
 * Asks Stripe for a recorded refund and settles the order with the response. The refund's id is Stripe's idempotency
 * key, and requests of this process for the same refund share one call. Must not be called in a transaction.
 * @throws StripeUnavailable and RefundKept (it is still to be asked for), StripeRefused (it is failed)
 */
@Injectable()
export class SendRefund {
  private readonly sending = new SharedCalls<void>();

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersQueries,
    private readonly stripe: StripeReturnsGateway,
    private readonly settleReturns: SettleReturns,
    private readonly refuseRefund: RefuseRefund,
  ) {}

  /** `isNew` when Stripe cannot have been asked before. */
  async run(refund: Refund, { isNew }: { isNew: boolean }): Promise<void> {
    if (refund.status !== 'requested') return;
    await this.sending.run(refund.id, () => this.send(refund, isNew));
  }

  private async send(refund: Refund, isNew: boolean): Promise<void> {
    const { id: refundId, orderId, accountId, amountMinor } = refund;
    const { stripePaymentIntentId } = await this.orders.require(orderId);
    invariant(stripePaymentIntentId !== null, `order ${orderId} was paid with a payment intent`);
    const asked = { refundId, orderId, stripePaymentIntentId, amountMinor };
    try {
      const refunded = (isNew ? undefined : await this.findOnStripe(asked)) ?? (await this.stripe.createRefund(asked));
      await this.settle(asked, accountId, [refunded]);
    } catch (error) {
      if (!(error instanceof StripeRefused)) throw error;
      await this.learn(asked, refund, error);
    }
  }

  /**
   * A refusal is only believed when the refund is not among those that Stripe has: an earlier attempt may have been
   * done and cut off. And Stripe may know of money that has gone back and was not heard of here yet.
   */
  private async learn(asked: NewRefund, refund: Refund, refusal: StripeRefused): Promise<void> {
    const refunds = await this.refundsAfter(refusal, asked);
    await this.settle(asked, refund.accountId, refunds);
    if (refunds.some(({ refundId }) => refundId === refund.id)) return;
    await this.database.transaction((tx) => this.refuseRefund.run(tx, refund, refusal));
    throw refusal;
  }

  /**
   * A refusal of the key, or of the question itself, says nothing of the refund: it stays as it is. @throws RefundKept
   */
  private async refundsAfter(refusal: StripeRefused, asked: NewRefund): Promise<StripeRefund[]> {
    const { stripeCode, stripeRequestId } = refusal.facts;
    const kept = new RefundKept({ refundId: asked.refundId, stripeCode, stripeRequestId });
    if (refusal.isOfConfiguration) throw kept;
    return this.stripe.listRefunds(asked.stripePaymentIntentId).catch((error: unknown) => {
      throw error instanceof StripeRefused ? kept : error;
    });
  }

  private async settle(
    { orderId, stripePaymentIntentId }: NewRefund,
    accountId: string,
    refunds: StripeRefund[],
  ): Promise<void> {
    const moneyBack = { orderId, accountId, stripePaymentIntentId, refunds };
    await this.database.transaction((tx) => this.settleReturns.run(tx, moneyBack));
  }

  /** Stripe forgets idempotency keys after a day, and would then refund a second time. Its refunds it never forgets. */
  private async findOnStripe({ refundId, stripePaymentIntentId }: NewRefund): Promise<StripeRefund | undefined> {
    const refunds = await this.stripe.listRefunds(stripePaymentIntentId);
    return refunds.find((refund) => refund.refundId === refundId);
  }
}
