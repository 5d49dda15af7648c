import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { type HiddenCharge, kinds } from '../../kinds/kinds.js';
import { listObjects } from '../../store/list.js';
import { findObject, type Stored, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { moveBalance } from '../charges/move-balance.js';

type Charge = Stored<Stripe.Charge, HiddenCharge>;
type Refund = Stored<Stripe.Refund>;

export interface LockedRefund {
  charge: Charge;
  refund: Refund;
}

const mostRefunds = 100;

/** A refund with its charge. Locks the charge, then the refund. */
export async function lockRefund(work: Work, refundId: string): Promise<LockedRefund | undefined> {
  const found = await findObject(work.tx, kinds.refund, refundId);
  if (found === undefined) return undefined;
  const charge = await findObject(work.tx, kinds.charge, String(found.shown.charge), { lock: true });
  const refund = await findObject(work.tx, kinds.refund, refundId, { lock: true });
  return charge && refund && { charge, refund };
}

/** The money has arrived. */
export const finishRefund = (work: Work, { refund }: LockedRefund): Promise<Stripe.Refund> =>
  saveEnd(work, refund, { ...refund.shown, status: 'succeeded' });

/** The money has come back, and may be refunded again. */
export async function failRefund(work: Work, locked: LockedRefund, reason: string): Promise<Stripe.Refund> {
  const failed = await giveUpRefund(work, locked, { status: 'failed', failure_reason: reason });
  await recordEvent(work, 'refund.failed', failed);
  return failed;
}

/** The money never left, and may be refunded again. */
export const cancelRefund = (work: Work, locked: LockedRefund): Promise<Stripe.Refund> =>
  giveUpRefund(work, locked, { status: 'canceled' });

/**
 * A chargeback ends the refunds that are still on their way. Returns the charge as it is then; the caller holds its
 * lock.
 */
export async function failPendingRefunds(work: Work, charge: Charge): Promise<Charge> {
  for (const { id } of await pendingRefunds(work, charge.shown.id)) {
    const locked = await lockRefund(work, id);
    if (locked !== undefined) await failRefund(work, locked, 'charge_for_pending_refund_disputed');
  }
  return (await findObject(work.tx, kinds.charge, charge.shown.id)) ?? charge;
}

export async function pendingRefunds(work: Work, chargeId: string): Promise<Stripe.Refund[]> {
  const equal = { charge: chargeId, status: 'pending' };
  return (await listObjects(work.tx, kinds.refund, { equal, limit: mostRefunds })).data;
}

async function giveUpRefund(
  work: Work,
  { charge, refund }: LockedRefund,
  end: Partial<Stripe.Refund>,
): Promise<Stripe.Refund> {
  const { amount, currency, id } = refund.shown;
  const returned = await moveBalance(work, {
    type: 'refund_failure',
    amountMinor: amount,
    feeMinor: 0,
    currency,
    sourceId: id,
    description: 'REFUND FAILURE',
  });
  const amount_refunded = charge.shown.amount_refunded - amount;
  await saveObject(work.tx, { ...charge, shown: { ...charge.shown, amount_refunded, refunded: false } });
  return saveEnd(work, refund, { ...refund.shown, failure_balance_transaction: returned, ...end });
}

/** Stripe tells of a refund's change twice, by its newer and by its older name. */
async function saveEnd(work: Work, before: Refund, end: Stripe.Refund): Promise<Stripe.Refund> {
  const { pending_reason: _, next_action: __, ...shown } = end;
  await saveChange(work, before.shown, { ...before, shown }, 'refund.updated');
  await saveChange(work, before.shown, { ...before, shown }, 'charge.refund.updated');
  return shown;
}
