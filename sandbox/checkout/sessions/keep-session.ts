import type Stripe from 'stripe';
import { scheduleJob } from '../../jobs/schedule.js';
import { kinds } from '../../kinds/kinds.js';
import { insertObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Session } from './reprice.js';

/** Keeps a new session, which expires by itself when its time is up. Stripe has no event for a session that is new. */
export async function keepSession(work: Work, { shown, hidden }: Session): Promise<Stripe.Checkout.Session> {
  await insertObject(work.tx, kinds.checkoutSession, work.now, shown, hidden);
  await scheduleJob(work, 'expire-session', shown.id, shown.expires_at * 1000);
  return shown;
}
