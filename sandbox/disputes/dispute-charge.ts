import type Stripe from 'stripe';
import { keepNew } from '../events/change.js';
import { recordEvent } from '../events/record.js';
import { scheduleJob } from '../jobs/schedule.js';
import type { DisputeReason } from '../kinds/dispute-reasons.js';
import { type HiddenCharge, kinds } from '../kinds/kinds.js';
import { failPendingRefunds, pendingRefunds } from '../payments/refunds/end-refund.js';
import { listObjects } from '../store/list.js';
import { type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { newDispute } from './new-dispute.js';
import { takenMinor } from './standing.js';
import { settleWarnings } from './warn-of-fraud.js';
import { withdrawFunds } from './withdraw-funds.js';

type Charge = Stored<Stripe.Charge, HiddenCharge>;

export interface DisputeOrder {
  amountMinor: number;
  reason: DisputeReason;
  /** The bank asks first, and takes nothing. */
  inquiry: boolean;
  namesIntent: boolean;
}

/** Stripe closes an inquiry that nobody has escalated by then. */
const inquiryLifeMs = 120 * 24 * 60 * 60 * 1000;
const mostDisputes = 100;

/**
 * Disputes a charge. Unless it is an inquiry, the money is withdrawn with it, and refunds that are still on their way
 * fail. The caller holds the lock of the charge, and has seen to it that so much is left.
 */
export async function disputeCharge(work: Work, charge: Charge, order: DisputeOrder): Promise<Stripe.Dispute> {
  const { inquiry } = order;
  const cleared = inquiry ? charge : await failPendingRefunds(work, charge);
  await saveObject(work.tx, { ...cleared, shown: { ...cleared.shown, disputed: true } });
  const dispute = newDispute({ charge: cleared.shown, ...order, created: work.now });
  if (!inquiry) dispute.balance_transactions = [await withdrawFunds(work, dispute)];
  await keepNew(work, kinds.dispute, { shown: dispute, hidden: {} }, 'charge.dispute.created');
  if (!inquiry) await recordEvent(work, 'charge.dispute.funds_withdrawn', dispute);
  await settleWarnings(work, charge.shown.id);
  await scheduleEnd(work, dispute);
  if (inquiry) await scheduleJob(work, 'close-inquiry', dispute.id, work.clock.nowMs() + inquiryLifeMs);
  return dispute;
}

/** Who has not answered by then has lost. */
export const scheduleEnd = (work: Work, { id, evidence_details: { due_by } }: Stripe.Dispute): Promise<void> =>
  scheduleJob(work, 'close-unanswered-dispute', id, (due_by ?? work.now) * 1000);

export async function disputesOf(work: Work, chargeId: string): Promise<Stripe.Dispute[]> {
  return (await listObjects(work.tx, kinds.dispute, { equal: { charge: chargeId }, limit: mostDisputes })).data;
}

/**
 * What can still be disputed of a charge, in minor units: not what was refunded, nor what other disputes have taken.
 */
export async function leftToDispute(
  work: Work,
  { id, amount_captured, amount_refunded }: Stripe.Charge,
  { inquiry }: { inquiry: boolean },
): Promise<number> {
  const left = amount_captured - amount_refunded - takenMinor(await disputesOf(work, id));
  const failing = inquiry ? [] : await pendingRefunds(work, id);
  return left + failing.reduce((sum, { amount }) => sum + amount, 0);
}
