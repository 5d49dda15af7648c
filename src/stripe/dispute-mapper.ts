import type Stripe from 'stripe';
import { STRIPE_DISPUTE_STATUSES, type StripeDispute, type StripeDisputeStatus } from './stripe-objects.js';

/** Where the dispute names no payment intent, its charge does, as far as that is expanded. */
export function toDispute(dispute: Stripe.Dispute): StripeDispute {
  const charge = typeof dispute.charge === 'string' ? null : dispute.charge;
  const { due_by: dueBy, submission_count: submissions } = dispute.evidence_details;
  return {
    stripeDisputeId: dispute.id,
    stripeChargeId: idOf(dispute.charge),
    stripePaymentIntentId: idOrNull(dispute.payment_intent) ?? idOrNull(charge?.payment_intent ?? null),
    amountMinor: BigInt(dispute.amount),
    currency: dispute.currency,
    reason: dispute.reason,
    status: statusOf(dispute.status),
    ...movedBy(dispute),
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
 * is another one, each counts as all of the dispute, since no rate leads back to what the charge was.
 */
function movedBy({ amount, currency, balance_transactions: movements }: Stripe.Dispute) {
  let [withdrawnMinor, reinstatedMinor] = [0n, 0n];
  for (const movement of movements) {
    const movedMinor = movement.currency === currency ? BigInt(Math.abs(movement.amount)) : BigInt(amount);
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
