import type Stripe from 'stripe';
import { type HiddenCharge, kinds } from '../kinds.js';
import { listObjects } from '../store/list.js';
import { findObject, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { saveChange } from '../webhooks/change.js';
import { recordEvent } from '../webhooks/record.js';
import { moveBalance } from './move-balance.js';

type Charge = Stored<Stripe.Charge, HiddenCharge>;
type Refund = Stored<Stripe.Refund>;

const mostRefunds = 100;

/** A refund with its charge. Locks the charge, then the refund. */
export async function lockRefund(
  work: Work,
  refundId: string,
): Promise<{ charge: Charge; refund: Refund } | undefined> {
  const found = await findObject(work.tx, kinds.refund, refundId);
  if (found === undefined) return undefined;
  const charge = await findObject(work.tx, kinds.charge, String(found.shown.charge), { lock: true });
  const refund = await findObject(work.tx, kinds.refund, refundId, { lock: true });
  return charge && refund && { charge, refund };
}

/** The money has arrived. */
export async function finishRefund(work: Work, refund: Refund): Promise<Stripe.Refund> {
  const { pending_reason: _, ...rest } = refund.shown;
  return saveEnd(work, refund, { ...rest, status: 'succeeded' });
}

/** The money has come back, and may be refunded again. Answers the charge as it is then. */
export async function failRefund(work: Work, charge: Charge, refund: Refund, reason: string): Promise<Charge> {
  const { pending_reason: _, ...rest } = refund.shown;
  const returned = await returnMoney(work, refund.shown);
  const failed = await saveEnd(work, refund, {
    ...rest,
    failure_balance_transaction: returned,
    failure_reason: reason,
    status: 'failed',
  });
  await recordEvent(work, 'refund.failed', failed);
  return lowerRefunded(work, charge, failed.amount);
}

/** The money never left, and may be refunded again. */
export async function cancelRefund(work: Work, charge: Charge, refund: Refund): Promise<Stripe.Refund> {
  const { pending_reason: _, next_action: __, ...rest } = refund.shown;
  const returned = await returnMoney(work, refund.shown);
  const canceled = await saveEnd(work, refund, {
    ...rest,
    failure_balance_transaction: returned,
    status: 'canceled',
  });
  await lowerRefunded(work, charge, canceled.amount);
  return canceled;
}

/** A chargeback ends the refunds that are still on their way. The caller holds the lock of the charge. */
export async function failPendingRefunds(work: Work, charge: Charge): Promise<Charge> {
  let current = charge;
  for (const pending of await pendingRefunds(work, charge.shown.id)) {
    const refund = await findObject(work.tx, kinds.refund, pending.id, { lock: true });
    if (refund !== undefined) current = await failRefund(work, current, refund, 'charge_for_pending_refund_disputed');
  }
  return current;
}

export async function pendingRefunds(work: Work, chargeId: string): Promise<Stripe.Refund[]> {
  const equal = { charge: chargeId, status: 'pending' };
  return (await listObjects(work.tx, kinds.refund, { equal, limit: mostRefunds })).data;
}

const returnMoney = (work: Work, { amount, currency, id }: Stripe.Refund): Promise<string> =>
  moveBalance(work, { type: 'refund_failure', amountMinor: amount, feeMinor: 0, currency, sourceId: id });

async function lowerRefunded(work: Work, charge: Charge, byMinor: number): Promise<Charge> {
  const { amount_refunded } = charge.shown;
  const lowered = {
    ...charge,
    shown: { ...charge.shown, amount_refunded: amount_refunded - byMinor, refunded: false },
  };
  await saveObject(work.tx, lowered);
  return lowered;
}

/** Stripe tells of a refund's change twice, by its newer and by its older name. */
async function saveEnd(work: Work, before: Refund, shown: Stripe.Refund): Promise<Stripe.Refund> {
  await saveChange(work, before.shown, { ...before, shown }, 'refund.updated');
  await saveChange(work, before.shown, { ...before, shown }, 'charge.refund.updated');
  return shown;
}
