import type { Work } from '../../store/work.js';
import { failRefund, finishRefund, lockRefund } from './end-refund.js';

/** Brings a refund to the end that its card has in store for it, unless it has come to another meanwhile. */
export async function settleRefund(work: Work, refundId: string): Promise<void> {
  const locked = await lockRefund(work, refundId);
  if (locked === undefined) return;
  const { status } = locked.refund.shown;
  if (locked.charge.hidden.card.refund === 'fails later') {
    if (status === 'succeeded') await failRefund(work, locked, 'expired_or_canceled_card');
  } else if (status === 'pending') {
    await finishRefund(work, locked);
  }
}
