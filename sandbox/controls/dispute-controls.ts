import { closeDispute, disputeOutcomes } from '../disputes/close-dispute.js';
import { disputeCharge, leftToDispute } from '../disputes/dispute-charge.js';
import { escalateInquiry } from '../disputes/escalate-inquiry.js';
import { lockOpenDispute } from '../disputes/lock-dispute.js';
import { isInquiry } from '../disputes/standing.js';
import { fraudTypes, warnOfFraud } from '../disputes/warn-of-fraud.js';
import { disputeReasons } from '../kinds/dispute-reasons.js';
import { inWork } from '../store/ground.js';
import { nobody } from '../store/work.js';
import { lockChargeNamed, readChargeName } from './charge-named.js';
import type { Controls } from './control.js';
import { BadInput } from './input.js';

/** What a cardholder and a bank do. Each returns the dispute, or the warning, as it is then. */
export const disputeControls: Controls = {
  'POST /_sandbox/disputes': async (world, input) => {
    const name = readChargeName(input);
    const { amount } = input.optional('amount', () => input.integer('amount', { least: 1, most: 99_999_999 }));
    const reason = input.oneOf('reason', disputeReasons, 'fraudulent');
    const { inquiry = false } = input.optional('inquiry', () => input.truth('inquiry'));
    const { withoutIntent = false } = input.optional('withoutIntent', () => input.truth('withoutIntent'));
    input.done();
    return inWork(world, nobody, async (work) => {
      const charge = await lockChargeNamed(work, name);
      const leftMinor = await leftToDispute(work, charge.shown, { inquiry });
      if (leftMinor < (amount ?? 1)) throw new BadInput(`only ${leftMinor} of the charge is left to dispute`);
      return disputeCharge(work, charge, {
        amountMinor: amount ?? leftMinor,
        reason,
        inquiry,
        namesIntent: !withoutIntent,
      });
    });
  },
  'POST /_sandbox/fraud-warnings': async (world, input) => {
    const name = readChargeName(input);
    const fraudType = input.oneOf('fraudType', fraudTypes, 'misc');
    const { actionable } = input.optional('actionable', () => input.truth('actionable'));
    input.done();
    return inWork(world, nobody, async (work) => {
      const charge = await lockChargeNamed(work, name);
      return warnOfFraud(work, charge.shown, fraudType, actionable);
    });
  },
  'POST /_sandbox/disputes/:id/close': async (world, input, id) => {
    const outcome = input.oneOf('outcome', disputeOutcomes);
    input.done();
    return inWork(world, nobody, async (work) => {
      const { dispute } = await lockOpenDispute(work, id);
      return closeDispute(work, dispute, outcome);
    });
  },
  'POST /_sandbox/disputes/:id/escalate': async (world, input, id) => {
    input.done();
    return inWork(world, nobody, async (work) => {
      const locked = await lockOpenDispute(work, id);
      if (!isInquiry(locked.dispute.shown)) throw new BadInput('only an inquiry can be escalated');
      const chargeback = await escalateInquiry(work, locked);
      if (chargeback === undefined) throw new BadInput('nothing of the charge is left to dispute');
      return chargeback;
    });
  },
};
