import type Stripe from 'stripe';
import { saveChange } from '../events/change.js';
import { recordEvent } from '../events/record.js';
import { failPendingRefunds } from '../payments/refunds/end-refund.js';
import type { Work } from '../store/work.js';
import { leftToDispute, scheduleEnd } from './dispute-charge.js';
import type { LockedDispute } from './lock-dispute.js';
import { asChargeback } from './new-dispute.js';
import { withdrawFunds } from './withdraw-funds.js';

/**
 * The bank is not content and takes the money, as far as it is there. Returns undefined, and changes nothing, when all
 * of it has been given back already.
 */
export async function escalateInquiry(
  work: Work,
  { charge, dispute }: LockedDispute,
): Promise<Stripe.Dispute | undefined> {
  const leftMinor = await leftToDispute(work, charge.shown, { inquiry: false });
  if (leftMinor <= 0) return undefined;
  await failPendingRefunds(work, charge);
  const chargeback = asChargeback(dispute.shown, Math.min(dispute.shown.amount, leftMinor), work.now);
  chargeback.balance_transactions = [await withdrawFunds(work, chargeback)];
  await saveChange(work, dispute.shown, { ...dispute, shown: chargeback }, 'charge.dispute.updated');
  await recordEvent(work, 'charge.dispute.funds_withdrawn', chargeback);
  await scheduleEnd(work, chargeback);
  return chargeback;
}
