import type Stripe from 'stripe';
import { invalidRequest } from '../../api/errors.js';
import { closeInquiries } from '../../disputes/close-dispute.js';
import { disputesOf } from '../../disputes/dispute-charge.js';
import { hasTaken, isClosed, takenMinor } from '../../disputes/standing.js';
import { settleWarnings } from '../../disputes/warn-of-fraud.js';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { scheduleJob } from '../../jobs/schedule.js';
import { type HiddenCharge, kinds } from '../../kinds/kinds.js';
import { insertObject, type Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { moveBalance } from '../charges/move-balance.js';
import { formatMoney } from '../currencies.js';
import { newRefund } from './new-refund.js';

/** How long a refund takes whose card lets it take its time. */
const settlingMs = 2_000;

/**
 * Gives back what is asked for, or all that is left. The caller holds the lock of the charge, so that refunds together
 * never exceed it, nor what disputes have left of it; one that is pending counts as given back. While the bank has the
 * money of an open dispute, nothing can be given back.
 */
export async function refundCharge(
  work: Work,
  charge: Stored<Stripe.Charge, HiddenCharge>,
  params: Stripe.RefundCreateParams,
): Promise<Stripe.Refund> {
  const disputes = charge.shown.disputed ? await disputesOf(work, charge.shown.id) : [];
  const amountMinor = refundableAmount(charge.shown, disputes, params.amount);
  const course = charge.hidden.card.refund;
  const refund = newRefund({ charge: charge.shown, course, amountMinor, params, created: work.now });
  refund.balance_transaction = await moveBalance(work, {
    type: 'refund',
    amountMinor: -amountMinor,
    feeMinor: 0,
    currency: refund.currency,
    sourceId: refund.id,
    description: `REFUND FOR CHARGE${charge.shown.description === null ? '' : ` (${charge.shown.description})`}`,
  });
  await insertObject(work.tx, kinds.refund, work.now, refund, {});
  await recordEvent(work, 'refund.created', refund);
  await raiseRefunded(work, charge, amountMinor);
  if (course === 'succeeds later' || course === 'fails later') {
    await scheduleJob(work, 'settle-refund', refund.id, work.clock.nowMs() + settlingMs);
  }
  return refund;
}

async function raiseRefunded(work: Work, charge: Stored<Stripe.Charge, HiddenCharge>, byMinor: number): Promise<void> {
  const refundedMinor = charge.shown.amount_refunded + byMinor;
  const shown = { ...charge.shown, amount_refunded: refundedMinor, refunded: refundedMinor === charge.shown.amount };
  await saveChange(work, charge.shown, { ...charge, shown }, 'charge.refunded');
  if (!shown.refunded) return;
  await settleWarnings(work, shown.id);
  if (shown.disputed) await closeInquiries(work, shown.id);
}

function refundableAmount(charge: Stripe.Charge, disputes: Stripe.Dispute[], wantedMinor: number | undefined): number {
  const unrefundedMinor = charge.amount_captured - charge.amount_refunded;
  if (unrefundedMinor <= 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const leftMinor = unrefundedMinor - takenMinor(disputes);
  if (leftMinor <= 0 || disputes.some((dispute) => hasTaken(dispute) && !isClosed(dispute))) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  const amountMinor = wantedMinor ?? leftMinor;
  if (amountMinor < 1) {
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
  }
  if (amountMinor > leftMinor) {
    const [wanted, left] = [amountMinor, leftMinor].map((amount) => formatMoney(amount, charge.currency));
    throw invalidRequest(`Refund amount (${wanted}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    });
  }
  return amountMinor;
}
