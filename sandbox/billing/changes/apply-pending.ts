import { previousOf } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Subscription } from '../lock.js';
import { scheduleRenewal } from '../renewals/schedule-renewal.js';

/**
 * Lets a change take effect that was waiting for this invoice to be paid. The caller holds the lock of the
 * subscription.
 */
export async function applyPending(work: Work, before: Subscription, invoiceId: string): Promise<Subscription> {
  const { pending, ...hidden } = before.hidden;
  if (pending?.invoiceId !== invoiceId) return before;
  const after: Subscription = {
    shown: { ...before.shown, ...pending.shown, pending_update: null },
    hidden: { ...hidden, debits: pending.debits },
  };
  await saveObject(work.tx, after);
  await scheduleRenewal(work, after);
  await recordEvent(work, 'customer.subscription.pending_update_applied', after.shown);
  await recordEvent(work, 'customer.subscription.updated', after.shown, previousOf(before.shown, after.shown));
  return after;
}

/** Gives up a change that was waiting. */
export async function dropPending(work: Work, before: Subscription): Promise<Subscription> {
  const { pending, ...hidden } = before.hidden;
  if (pending === undefined) return before;
  const after: Subscription = { shown: { ...before.shown, pending_update: null }, hidden };
  await saveObject(work.tx, after);
  await recordEvent(work, 'customer.subscription.pending_update_expired', after.shown);
  return after;
}
