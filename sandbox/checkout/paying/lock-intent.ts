import type Stripe from 'stripe';
import { type HiddenIntent, kinds } from '../../kinds/kinds.js';
import type { Identified, Kind, Stored } from '../../store/objects.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Session } from '../sessions/reprice.js';

export interface Locked<Shown extends Identified> {
  /** The session that the intent belongs to, if there is one. */
  session: Session | undefined;
  intent: Stored<Shown, HiddenIntent>;
}

/** An intent to pay or to save, with the session that it belongs to. Locks the session, then the intent. */
export async function lockIntent<Shown extends Stripe.PaymentIntent | Stripe.SetupIntent>(
  work: Work,
  kind: Kind<Shown, HiddenIntent>,
  intentId: string,
): Promise<Locked<Shown> | undefined> {
  const { sessionId } = (await findObject(work.tx, kind, intentId))?.hidden ?? {};
  const session =
    sessionId === undefined ? undefined : await findObject(work.tx, kinds.checkoutSession, sessionId, { lock: true });
  const intent = await findObject(work.tx, kind, intentId, { lock: true });
  return intent && { session, intent };
}
