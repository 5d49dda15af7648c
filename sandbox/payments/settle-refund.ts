import type Stripe from 'stripe';
import { kinds } from '../kinds.js';
import { findObject, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { saveChange } from '../webhooks/change.js';
import { recordEvent } from '../webhooks/record.js';
import { moveBalance } from './move-balance.js';

/** Brings a refund to the end that its card has in store for it. Locks the refund, then the charge. */
export async function settleRefund(work: Work, refundId: string): Promise<void> {
  const refund = await findObject(work.tx, kinds.refund, refundId, { lock: true });
  const chargeId = refund?.shown.charge;
  if (refund === undefined || typeof chargeId !== 'string') return;
  const charge = await findObject(work.tx, kinds.charge, chargeId, { lock: true });
  if (charge === undefined) return;
  if (charge.hidden.card.refund === 'fails later') {
    const { amount_refunded } = charge.shown;
    const shown = { ...charge.shown, amount_refunded: amount_refunded - refund.shown.amount, refunded: false };
    await saveObject(work.tx, { ...charge, shown });
    await failRefund(work, refund);
  } else {
    await finishRefund(work, refund);
  }
}

async function finishRefund(work: Work, refund: Stored<Stripe.Refund>): Promise<void> {
  const { pending_reason: _, ...rest } = refund.shown;
  await saveSettled(work, refund, { ...rest, status: 'succeeded' });
}

async function failRefund(work: Work, refund: Stored<Stripe.Refund>): Promise<void> {
  const { amount, currency, id } = refund.shown;
  const returned = await moveBalance(work, {
    type: 'refund_failure',
    amountMinor: amount,
    feeMinor: 0,
    currency,
    sourceId: id,
  });
  const failed: Stripe.Refund = {
    ...refund.shown,
    failure_balance_transaction: returned,
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  };
  await saveSettled(work, refund, failed);
  await recordEvent(work, 'refund.failed', failed);
}

/** Stripe tells of a refund's change twice, by its newer and by its older name. */
async function saveSettled(work: Work, before: Stored<Stripe.Refund>, shown: Stripe.Refund): Promise<void> {
  await saveChange(work, before.shown, { ...before, shown }, 'refund.updated');
  await saveChange(work, before.shown, { ...before, shown }, 'charge.refund.updated');
}
