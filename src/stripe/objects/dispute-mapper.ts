import type Stripe from 'stripe';
import { STRIPE_DISPUTE_STATUSES, type StripeDispute, type StripeDisputeStatus } from './sale-objects.js';

/**
 * Charge expanded, since it names the payment intent where the dispute does not, and what it was charged in. In that
 * currency all amounts of a dispute are.
 */
export function toDispute(dispute: Stripe.Dispute): StripeDispute {
  const charge = typeof dispute.charge === 'string' ? null : dispute.charge;
  const { due_by: dueBy, submission_count: submissions } = dispute.evidence_details;
  const whole = charge === null || charge.currency === dispute.currency ? dispute : charge;
  return {
    stripeDisputeId: dispute.id,
    stripeChargeId: idOf(dispute.charge),
    stripePaymentIntentId: idOrNull(dispute.payment_intent) ?? idOrNull(charge?.payment_intent ?? null),
    amountMinor: BigInt(whole.amount),
    currency: whole.currency,
    reason: dispute.reason,
    status: statusOf(dispute.status),
    ...movedBy(dispute, BigInt(whole.amount)),
    evidenceDueBy: dueBy === null ? null : new Date(dueBy * 1000),
    submissions,
    openedAt: new Date(dispute.created * 1000),
  };
}

/** One that Stripe adds later is one that is not decided yet. */
function statusOf(status: string): StripeDisputeStatus {
  return STRIPE_DISPUTE_STATUSES.find((known) => known === status) ?? 'under_review';
}

/**
 * What its movements of money say, whatever its status does. They are in the currency of the Stripe account: where that
 * is not the dispute's, each counts as all of it, since no rate leads back to what was disputed.
 */
function movedBy({ amount, currency, balance_transactions: movements }: Stripe.Dispute, wholeMinor: bigint) {
  let [withdrawnMinor, reinstatedMinor] = [0n, 0n];
  for (const movement of movements) {
    const isShare = movement.currency === currency && amount > 0;
    const movedMinor = isShare ? (wholeMinor * BigInt(Math.abs(movement.amount))) / BigInt(amount) : wholeMinor;
    if (movement.amount < 0) withdrawnMinor += movedMinor;
    if (movement.amount > 0) reinstatedMinor += movedMinor;
  }
  return { withdrawnMinor, reinstatedMinor };
}

function idOf(object: string | { id: string }): string {
  return typeof object === 'string' ? object : object.id;
}

function idOrNull(object: string | { id: string } | null): string | null {
  return object === null ? null : idOf(object);
}
