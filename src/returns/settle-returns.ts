import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { decideReturnIncluded } from '../ledger/decisions/include.js';
import type { ReturnedCredits } from '../ledger/decisions/reach-target.js';
import { Ledger } from '../ledger/ledger.js';
import { assertOwnPayment } from '../orders/is-payment-of.js';
import { OpenFeatures } from '../orders/open-features.js';
import type { Order } from '../orders/order.entity.js';
import { statusOfPaid } from '../orders/order-lifecycle.js';
import { lockOrder, storeStanding } from '../orders/orders.store.js';
import { firstPaymentOf, ordersWithReturns } from '../orders/payments-of.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { applyDisputes } from './apply-disputes.js';
import { type AppliedRefund, applyRefunds } from './apply-refunds.js';
import type { Dispute } from './dispute.entity.js';
import { disputedMinorOf, isClosed } from './dispute-lifecycle.js';
import { insertWarnings, markDisputesCounted } from './disputes.store.js';
import { isAtTarget, isUncounted, type MoneyReturn, moveCredits } from './move-credits.js';
import { applyOffSessionStop } from './off-session-stop.js';
import { takesCredits } from './refund-lifecycle.js';
import { markRefundsCounted } from './refunds.store.js';
import { tellDisputes, tellRefunds } from './returns.events.js';

/** What was fetched of a payment: all that took money of it back or some, in any order, up to date or not. */
export interface MoneyBack extends Partial<StripeReturns> {
  orderId: string;
  accountId: string;
  stripePaymentIntentId: string;
}

/**
 * Brings an order's refunds, disputes and warnings of fraud up to what was fetched, its credits to what its money says,
 * and its account to whether it may be charged off-session. However often and in whatever order facts arrive, the end
 * is the same. Of an order that is not fulfilled yet they are only noted: they are settled with its grant, in one
 * transaction. Locks the account's balance, then the order, its refunds and its disputes.
 */
@Injectable()
export class SettleReturns {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly openFeatures: OpenFeatures,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, { orderId, accountId, stripePaymentIntentId, ...fetched }: MoneyBack): Promise<void> {
    const purchase = { type: 'payment_intent', id: await firstPaymentOf(tx, orderId, stripePaymentIntentId) };
    const book = await this.ledger.open(tx, accountId, { purchases: [purchase] });
    const order = await lockOrder(tx, orderId);
    assertOwnPayment(order, purchase.id);
    const now = this.clock.now();
    const refunds = await applyRefunds(tx, order, fetched.refunds ?? [], now);
    const disputes = await applyDisputes(tx, order, fetched.disputes ?? [], now);
    await insertWarnings(tx, order, fetched.warnings ?? [], now);
    const returns = [...refunds.map(returnByRefund), ...disputes.map(returnByDispute)];
    const isSettled = order.chargedMinor === null || (!returns.some(isUncounted) && isAtTarget(order, returns));
    const settled = isSettled ? order : moveCredits(book, { order, purchase, returns });
    const { chargedMinor } = order;
    const returnedMinor = returns.reduce((sum, { nowMinor }) => sum + nowMinor, 0n);
    const isIncludedMoved =
      chargedMinor !== null && decideReturnIncluded(book, { purchase, chargedMinor, returnedMinor });
    if (!isSettled || isIncludedMoved) await this.ledger.write(tx, book);
    if (!isSettled) {
      await markRefundsCounted(tx, refunds);
      await markDisputesCounted(tx, disputes);
    }
    const standing = { ...standingOf(order, refunds, disputes), ...returnedOf(settled) };
    await storeStanding(tx, order, standing, now);
    await this.openFeatures.run(tx, { ...order, ...standing });
    await tellRefunds(tx, this.record, refunds);
    await tellDisputes(tx, this.record, disputes);
    await applyOffSessionStop(tx, accountId, now);
  }

  /**
   * Settles again those of these orders of which money is back: an order that grew may have to give some of it back.
   */
  async resettle(tx: Tx, orderIds: readonly string[]): Promise<void> {
    for (const order of await ordersWithReturns(tx, orderIds)) await this.run(tx, order);
  }
}

function returnByRefund(refund: AppliedRefund): MoneyReturn {
  const { countedMinor, amountMinor, policy, unusedOnly, reason, actor } = refund;
  const nowMinor = takesCredits(refund) ? amountMinor : 0n;
  return { countedMinor, nowMinor, policy, unusedOnly, kind: 'refund_reversal', reason, actor };
}

/** A bank does not ask what is left: what is spent becomes debt. */
function returnByDispute(dispute: Dispute): MoneyReturn {
  const { countedMinor, reason } = dispute;
  const nowMinor = disputedMinorOf(dispute);
  return {
    countedMinor,
    nowMinor,
    policy: 'debt',
    unusedOnly: false,
    kind: 'dispute_reversal',
    reason,
    actor: 'stripe',
  };
}

function standingOf(order: Order, refunds: readonly AppliedRefund[], disputes: readonly Dispute[]) {
  const { chargedMinor } = order;
  const succeeded = refunds.filter(({ status }) => status === 'succeeded');
  const refundedMinor = succeeded.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const disputedMinor = disputes.reduce((sum, dispute) => sum + disputedMinorOf(dispute), 0n);
  const openDisputes = disputes.filter(({ status }) => !isClosed(status)).length;
  const status = chargedMinor === null ? order.status : statusOfPaid({ chargedMinor, refundedMinor, disputedMinor });
  return { refundedMinor, disputedMinor, openDisputes, status };
}

function returnedOf({ lapsedCredits, reversedCredits, shortfallCredits }: ReturnedCredits): ReturnedCredits {
  return { lapsedCredits, reversedCredits, shortfallCredits };
}
