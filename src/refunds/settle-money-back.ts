import { Injectable } from '@nestjs/common';
import { assertOwnPayment, lockOrder, type Order } from '../checkout/order.js';
import { statusOfPaid } from '../checkout/order-lifecycle.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { Book } from '../ledger/book.js';
import { type ReturnSettlement, returnTarget, settleReturn } from '../ledger/decisions/settle-return.js';
import { Ledger } from '../ledger/ledger.js';
import type { Source } from '../ledger/model.js';
import type { StripeRefund } from '../stripe/stripe-objects.js';
import type { Refund } from './refund.js';
import { storeRefunds } from './store-refunds.js';

export interface MoneyBack {
  orderId: string;
  accountId: string;
  stripePaymentIntentId: string;
  /** The payment's refunds as fetched: all of them or some, in any order, up to date or not. */
  refunds: readonly StripeRefund[];
}

/**
 * Brings an order's refunds up to what was fetched, and its credits to what its money says. However often and in
 * whatever order facts arrive, the end is the same. Refunds of an order that is not fulfilled yet are only noted: they
 * are settled with its grant, in one transaction. Locks the account, then the order, then its refunds.
 */
@Injectable()
export class SettleMoneyBack {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, { orderId, accountId, stripePaymentIntentId, refunds: fetched }: MoneyBack): Promise<void> {
    const purchase = { type: 'payment_intent', id: stripePaymentIntentId };
    const book = await this.ledger.open(tx, accountId, { purchases: [purchase] });
    const order = await lockOrder(tx, orderId);
    assertOwnPayment(order, stripePaymentIntentId);
    const refunds = await storeRefunds(tx, order, fetched, this.clock.now());
    const refundedMinor = sumOf(refunds.filter(hasSucceeded));
    const uncounted = refunds.filter((refund) => refund.counted !== hasSucceeded(refund));
    if (uncounted.length === 0 && refundedMinor === order.refundedMinor) return;
    if (order.chargedMinor === null) return this.updateOrder(tx, order, { refundedMinor, settled: order });
    const settled = settleCredits(book, { order, purchase, refunds, uncounted });
    await this.ledger.write(tx, book);
    await this.updateOrder(tx, order, { refundedMinor, settled });
    await this.markCounted(tx, uncounted);
  }

  private async updateOrder(
    tx: Tx,
    order: Order,
    { refundedMinor, settled }: { refundedMinor: bigint; settled: ReturnSettlement },
  ): Promise<void> {
    const { chargedMinor } = order;
    const status =
      chargedMinor === null ? order.status : statusOfPaid({ chargedMinor, refundedMinor, disputedMinor: 0n });
    await tx.query(
      `update orders
       set refunded_minor = $2,
           lapsed_credits = $3,
           reversed_credits = $4,
           shortfall_credits = $5,
           status = $6,
           updated_at = $7
       where id = $1`,
      [
        order.id,
        refundedMinor.toString(),
        settled.lapsedCredits.toString(),
        settled.reversedCredits.toString(),
        settled.shortfallCredits.toString(),
        status,
        this.clock.now(),
      ],
    );
  }

  private async markCounted(tx: Tx, refunds: readonly Refund[]): Promise<void> {
    await tx.query(`update refunds set counted = (status = 'succeeded') where id = any($1::text[])`, [
      refunds.map((refund) => refund.id),
    ]);
  }
}

interface Settling {
  order: Order;
  purchase: Source;
  refunds: readonly Refund[];
  /** Those that have succeeded since the credits were last settled, or failed after they had. */
  uncounted: readonly Refund[];
}

/** Moves the purchase's settlement refund by refund, oldest first, each by its own policy. Pure but for the book. */
function settleCredits(book: Book, { order, purchase, refunds, uncounted }: Settling): ReturnSettlement {
  // Money that disputes have withdrawn and not given back counts here too, once there are disputes.
  let returnedMinor = sumOf(refunds.filter((refund) => refund.counted));
  let settled: ReturnSettlement = order;
  for (const refund of uncounted) {
    returnedMinor += hasSucceeded(refund) ? refund.amountMinor : -refund.amountMinor;
    settled = settleReturn(book, {
      purchase,
      targetCredits: returnTarget(order.credits, order.chargedMinor ?? 0n, returnedMinor),
      settled,
      policy: refund.policy,
      kind: 'refund_reversal',
      reason: refund.reason,
      actor: refund.actor,
    });
  }
  return settled;
}

function hasSucceeded({ status }: Refund): boolean {
  return status === 'succeeded';
}

function sumOf(refunds: readonly Refund[]): bigint {
  return refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
