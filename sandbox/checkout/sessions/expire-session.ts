import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import type { HiddenSession } from '../../kinds/session.js';
import { findObject, type Stored, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

/**
 * Closes an open session, and gives up the intent of attempts that were declined. The caller holds the session's lock.
 */
export async function expireSession(
  work: Work,
  session: Stored<Stripe.Checkout.Session, HiddenSession>,
): Promise<Stripe.Checkout.Session> {
  const expired: Stripe.Checkout.Session = { ...session.shown, status: 'expired', url: null };
  if (session.hidden.intentId !== undefined) await cancelIntent(work, session.hidden.intentId);
  if (session.shown.setup_intent !== null) await cancelSetup(work, String(session.shown.setup_intent));
  await saveObject(work.tx, { ...session, shown: expired });
  await recordEvent(work, 'checkout.session.expired', expired);
  return expired;
}

async function cancelIntent(work: Work, intentId: string): Promise<void> {
  const intent = await findObject(work.tx, kinds.paymentIntent, intentId, { lock: true });
  if (intent === undefined) return;
  const shown: Stripe.PaymentIntent = {
    ...intent.shown,
    canceled_at: work.now,
    cancellation_reason: 'expired',
    next_action: null,
    status: 'canceled',
  };
  await saveChange(work, intent.shown, { ...intent, shown }, 'payment_intent.canceled');
}

async function cancelSetup(work: Work, intentId: string): Promise<void> {
  const intent = await findObject(work.tx, kinds.setupIntent, intentId, { lock: true });
  if (intent === undefined) return;
  const shown: Stripe.SetupIntent = { ...intent.shown, next_action: null, status: 'canceled' };
  await saveChange(work, intent.shown, { ...intent, shown }, 'setup_intent.canceled');
}

/** Expires a session whose time is up, unless it was paid or expired before. */
export async function expireOverdue(work: Work, sessionId: string): Promise<void> {
  const session = await findObject(work.tx, kinds.checkoutSession, sessionId, { lock: true });
  if (session?.shown.status === 'open') await expireSession(work, session);
}
