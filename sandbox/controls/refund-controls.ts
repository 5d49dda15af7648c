import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { refundCourses } from '../kinds/card.js';
import { kinds } from '../kinds/kinds.js';
import { cancelRefund, failRefund, finishRefund, lockRefund } from '../payments/refunds/end-refund.js';
import { inWork } from '../store/ground.js';
import { saveObject } from '../store/objects.js';
import { nobody, type Work } from '../store/work.js';
import { lockChargeNamed, readChargeName } from './charge-named.js';
import type { Controls } from './control.js';
import { BadInput } from './input.js';

const ends = ['succeeded', 'failed', 'canceled'] as const;
type End = (typeof ends)[number];

const failureReasons = [
  'charge_for_pending_refund_disputed',
  'declined',
  'expired_or_canceled_card',
  'insufficient_funds',
  'lost_or_stolen_card',
  'merchant_request',
  'unknown',
] as const;

/** What becomes of refunds. */
export const refundControls: Controls = {
  'POST /_sandbox/refunds/:id/settle': async (world, input, id) => {
    const outcome = input.oneOf('outcome', ends);
    const reason = input.oneOf('failureReason', failureReasons, 'expired_or_canceled_card');
    input.done();
    return inWork(world, nobody, (work) => settle(work, id, outcome, reason));
  },
  'POST /_sandbox/refunds/course': async (world, input) => {
    const name = readChargeName(input);
    const course = input.oneOf('course', refundCourses);
    input.done();
    return inWork(world, nobody, async (work) => {
      const charge = await lockChargeNamed(work, name);
      const card = { ...charge.hidden.card, refund: course };
      await saveObject(work.tx, { ...charge, hidden: { ...charge.hidden, card } });
      return { charge: charge.shown.id, course };
    });
  },
};

/** Brings a refund to an end at once. One that has succeeded can still fail, and nothing else can come of it. */
async function settle(work: Work, id: string, outcome: End, reason: string): Promise<Stripe.Refund> {
  await need(work, kinds.refund, id);
  const locked = await lockRefund(work, id);
  const status = locked?.refund.shown.status;
  const open = status === 'pending' || status === 'requires_action';
  if (locked === undefined || !(open || (status === 'succeeded' && outcome === 'failed'))) {
    throw new BadInput(`a refund that is ${status} cannot become ${outcome}`);
  }
  if (outcome === 'succeeded') return finishRefund(work, locked);
  return outcome === 'canceled' ? cancelRefund(work, locked) : failRefund(work, locked, reason);
}
