import { kinds } from '../kinds.js';
import type { Intent } from '../payments/charge-intent.js';
import { findObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import type { Session } from './reprice.js';

/** A payment intent with the session that it belongs to, if there is one. Locks the session, then the intent. */
export async function lockIntent(
  work: Work,
  intentId: string,
): Promise<{ session: Session | undefined; intent: Intent } | undefined> {
  const found = await findObject(work.tx, kinds.paymentIntent, intentId);
  const { sessionId } = found?.hidden ?? {};
  const session =
    sessionId === undefined ? undefined : await findObject(work.tx, kinds.checkoutSession, sessionId, { lock: true });
  const intent = await findObject(work.tx, kinds.paymentIntent, intentId, { lock: true });
  return intent && { session, intent };
}
