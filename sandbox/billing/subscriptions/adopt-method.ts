import { saveChange } from '../../events/change.js';
import { attachMethod } from '../../payments/methods/attach-method.js';
import type { Method } from '../../payments/methods/new-payment-method.js';
import type { Work } from '../../store/work.js';
import type { Subscription } from '../lock.js';

/** A card that its customer has paid an invoice with, and that is nobody's yet, pays the ones to come as well. */
export async function adoptMethod(work: Work, { shown, hidden }: Subscription, method: Method): Promise<void> {
  if (method.shown.customer !== null) return;
  await attachMethod(work, method, String(shown.customer), { allowRedisplay: 'limited', setUp: true });
  const after = { ...shown, default_payment_method: method.shown.id };
  if (shown.ended_at === null) {
    await saveChange(work, shown, { shown: after, hidden }, 'customer.subscription.updated');
  }
}
