import type Stripe from 'stripe';

/** What one purchase comes to, computed from nothing but what Stripe says of its payment. */
export interface ModelOrder {
  status: 'fulfilled' | 'partially_refunded' | 'refunded' | 'disputed';
  refundedMinor: number;
  disputedMinor: number;
  openDisputes: number;
  /** Credits that are settled: lapsed, reversed or short, together. */
  settledCredits: number;
}

export interface ModelPurchase {
  credits: number;
  chargedMinor: number;
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  warnings: Stripe.Radar.EarlyFraudWarning[];
  /** Refunds of ours whose credits were taken when they were asked for. */
  unusedRefundIds: ReadonlySet<string>;
}

const CLOSED = ['won', 'lost', 'warning_closed', 'prevented'];
const CLEARED = ['won', 'warning_closed', 'prevented'];

/**
 * The rule of the ledger in one line: what is back of the money, in proportion, half up, and never more than there was.
 */
function settledOf({ credits, chargedMinor }: ModelPurchase, returnedMinor: number): number {
  return Math.floor((2 * credits * Math.min(chargedMinor, returnedMinor) + chargedMinor) / (2 * chargedMinor));
}

export function modelOrder(purchase: ModelPurchase): ModelOrder {
  const { refunds, disputes, chargedMinor, unusedRefundIds } = purchase;
  const refundedMinor = sum(refunds.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount));
  const takenEarly = refunds.filter(
    ({ status, metadata }) =>
      (status === 'pending' || status === 'requires_action') && unusedRefundIds.has(metadata?.scrip_refund_id ?? ''),
  );
  const takenEarlyMinor = sum(takenEarly.map(({ amount }) => amount));
  const disputedMinor = sum(
    disputes.flatMap(({ balance_transactions: movements }) => movements.map(({ amount }) => -amount)),
  );
  return {
    status: statusOf({ refundedMinor, disputedMinor, chargedMinor }),
    refundedMinor,
    disputedMinor,
    openDisputes: disputes.filter(({ status }) => !CLOSED.includes(status)).length,
    settledCredits: settledOf(purchase, refundedMinor + takenEarlyMinor + disputedMinor),
  };
}

function statusOf(money: { refundedMinor: number; disputedMinor: number; chargedMinor: number }): ModelOrder['status'] {
  if (money.disputedMinor > 0) return 'disputed';
  if (money.refundedMinor === 0) return 'fulfilled';
  return money.refundedMinor < money.chargedMinor ? 'partially_refunded' : 'refunded';
}

/** Why saved cards of the account must not be charged. */
export function modelStop(purchases: readonly ModelPurchase[]): 'dispute' | 'fraud_warning' | undefined {
  const disputes = purchases.flatMap((purchase) => purchase.disputes);
  if (disputes.some(({ status }) => !CLEARED.includes(status))) return 'dispute';
  const isSuspected = ({ warnings, disputes: own }: ModelPurchase) =>
    warnings.length > 0 && !own.some(({ status }) => status === 'won');
  return purchases.some(isSuspected) ? 'fraud_warning' : undefined;
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
