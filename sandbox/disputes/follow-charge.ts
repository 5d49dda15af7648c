import type Stripe from 'stripe';
import type { HiddenCharge } from '../kinds/kinds.js';
import type { Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { disputeCharge } from './dispute-charge.js';
import { warnOfFraud } from './warn-of-fraud.js';

/**
 * Does what the bank of a test card does after a charge that succeeded. The charge is new, so that nobody else has it.
 */
export async function followCharge(work: Work, charge: Stored<Stripe.Charge, HiddenCharge>): Promise<void> {
  const { aftermath } = charge.hidden.card;
  if (aftermath?.kind === 'dispute') {
    const { reason, inquiry } = aftermath;
    await disputeCharge(work, charge, { amountMinor: charge.shown.amount, reason, inquiry, namesIntent: true });
  }
  if (aftermath?.kind === 'fraud warning') await warnOfFraud(work, charge.shown, 'misc');
}
