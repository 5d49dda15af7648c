import type Stripe from 'stripe';
import { previousOf, saveChange } from '../events/change.js';
import { recordEvent } from '../events/record.js';
import { kinds } from '../kinds/kinds.js';
import { findObject, type Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { disputesOf } from './dispute-charge.js';
import { isClosed, isInquiry } from './standing.js';
import { reinstateFunds } from './withdraw-funds.js';

export const disputeOutcomes = ['won', 'lost'] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

/**
 * Ends an open dispute. One that is won brings its money back, an inquiry had taken none. The caller holds the locks of
 * the charge and of the dispute.
 */
export async function closeDispute(
  work: Work,
  dispute: Stored<Stripe.Dispute>,
  outcome: DisputeOutcome,
): Promise<Stripe.Dispute> {
  const closed = await closedAs(work, dispute.shown, outcome);
  if (closed.status === 'won') {
    const previous = previousOf(dispute.shown, closed);
    await recordEvent(work, 'charge.dispute.funds_reinstated', closed, previous);
  }
  await saveChange(work, dispute.shown, { ...dispute, shown: closed }, 'charge.dispute.closed');
  return closed;
}

async function closedAs(work: Work, dispute: Stripe.Dispute, outcome: DisputeOutcome): Promise<Stripe.Dispute> {
  if (isInquiry(dispute)) return { ...dispute, status: 'warning_closed' };
  if (outcome === 'lost') return { ...dispute, status: 'lost' };
  return {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, await reinstateFunds(work, dispute)],
    is_charge_refundable: true,
    status: 'won',
  };
}

/** A payment that was refunded in full answers every inquiry about it. The caller holds the lock of the charge. */
export async function closeInquiries(work: Work, chargeId: string): Promise<void> {
  const open = (await disputesOf(work, chargeId)).filter((dispute) => isInquiry(dispute) && !isClosed(dispute));
  for (const { id } of open) {
    const inquiry = await findObject(work.tx, kinds.dispute, id, { lock: true });
    if (inquiry !== undefined) await closeDispute(work, inquiry, 'won');
  }
}
