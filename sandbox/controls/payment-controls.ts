import { settlePayment } from '../checkout/paying/settle-payment.js';
import { debitOutcomes } from '../payments/charges/settle-debit.js';
import { inWork } from '../store/ground.js';
import { nobody } from '../store/work.js';
import type { Controls } from './control.js';
import { BadInput } from './input.js';

/** What a bank does about a debit that is on its way. */
export const paymentControls: Controls = {
  'POST /_sandbox/payments/:id/settle': async (world, input, id) => {
    const { outcome } = input.optional('outcome', () => input.oneOf('outcome', debitOutcomes));
    input.done();
    const settled = await inWork(world, nobody, (work) => settlePayment(work, id, outcome));
    if (!settled) throw new BadInput(`no payment intent ${id} waits for its bank`);
    return { settled };
  },
};
