import type Stripe from 'stripe';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { attachMethod } from './attach-method.js';
import type { Method } from './new-payment-method.js';

/**
 * What becomes of a payment method that was paid with: the intent or the buyer may want it kept for its customer, and
 * one that is nobody's cannot be used again.
 */
export async function keepPaidWith(
  work: Work,
  { customer, setup_future_usage }: Stripe.PaymentIntent,
  method: Method,
  { saves = false } = {},
): Promise<void> {
  const setUp = setup_future_usage === 'off_session';
  const { shown, hidden } = method;
  if (shown.customer !== null) {
    if (setUp) await saveObject(work.tx, { shown, hidden: { ...hidden, setUp } });
  } else if (customer !== null && (setup_future_usage !== null || saves)) {
    await attachMethod(work, method, String(customer), { allowRedisplay: saves ? 'always' : 'limited', setUp });
  } else {
    await saveObject(work.tx, { shown, hidden: { ...hidden, usedUp: true } });
  }
}
