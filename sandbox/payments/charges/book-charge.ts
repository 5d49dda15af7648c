import { saveChange } from '../../events/change.js';
import { scheduleOutside } from '../../jobs/schedule.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { feeFor, moveBalance } from './move-balance.js';

/** How long after a payment its money is booked, as with Stripe's asynchronous capture: there within an hour. */
const bookingMs = 5_000;

/** The charge is shown without a balance transaction at first; `charge.updated` tells when it has one. */
export const bookLater = (work: Work, chargeId: string): Promise<void> =>
  scheduleOutside(work, 'book-charge', chargeId, bookingMs);

/** Books the money of a charge, less Stripe's fee, once. Locks the charge. */
export async function bookCharge(work: Work, chargeId: string): Promise<void> {
  const charge = await findObject(work.tx, kinds.charge, chargeId, { lock: true });
  if (charge === undefined || charge.shown.balance_transaction !== null) return;
  const { id, amount, currency, description } = charge.shown;
  const balance_transaction = await moveBalance(work, {
    type: 'charge',
    amountMinor: amount,
    feeMinor: feeFor(amount),
    currency,
    sourceId: id,
    description,
  });
  const shown = { ...charge.shown, balance_transaction };
  await saveChange(work, charge.shown, { ...charge, shown }, 'charge.updated');
}
