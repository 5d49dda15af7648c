import type Stripe from 'stripe';
import { keepNew } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import type { Intent } from '../../payments/intents/charge-intent.js';
import { answerChallenge, type Confirmation, confirmIntent } from '../../payments/intents/confirm-intent.js';
import { newIntent } from '../../payments/intents/new-intent.js';
import { keepMethod, type Method } from '../../payments/methods/new-payment-method.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { type Buyer, checkDiscount, DiscountRefused } from '../discounts/discounts.js';
import { withDetails } from '../sessions/buyer-details.js';
import { dueNow } from '../sessions/due-now.js';
import { reprice, type Session } from '../sessions/reprice.js';
import { withCustomer } from '../sessions/session-customer.js';
import { completeSession } from './complete-session.js';
import type { Payer, PayOutcome } from './pay-outcome.js';
import { setUpSession } from './setup-session.js';

/** Pays an open session, once however often it is submitted: the session stays locked until the transaction ends. */
export async function paySession(work: Work, sessionId: string, payer: Payer): Promise<PayOutcome> {
  const found = await findObject(work.tx, kinds.checkoutSession, sessionId, { lock: true });
  if (found === undefined) return { kind: 'unknown' };
  if (found.shown.status !== 'open') return { kind: 'closed', session: found.shown };
  if (found.shown.mode === 'setup') return setUpSession(work, found, payer);
  const lost = await lostDiscount(work, found, payer.details.email);
  if (lost !== undefined) return lost;
  const priced = withDetails(found, payer.details);
  const dueMinor = await dueNow(work.tx, priced, { lock: true });
  if (dueMinor === 0) {
    if (payer.means !== undefined) return setUpSession(work, found, payer);
    return completed(await completeSession(work, await withCustomer(work, priced), {}));
  }
  if (payer.means === undefined) return { kind: 'refused', message: 'The price is another one now. Look at it again.' };
  const method = await methodOf(work, priced, payer.details, payer.means);
  const { challenge, decline } = method.hidden.behaviour;
  const session = challenge || decline ? priced : await withCustomer(work, priced);
  const intent = await intentFor(work, session, dueMinor);
  const returnUrl = `${work.baseUrl}/c/pay/${sessionId}`;
  const outcome = await confirmIntent(work, intent, method, { offSession: false, returnUrl });
  return settle(work, found, { session, intent, method, outcome });
}

/** Goes on with a session whose payer has answered the bank's challenge. The caller holds the locks of both. */
export async function resumeSession(
  work: Work,
  found: Session,
  { intent, method, passed }: { intent: Intent; method: Method; passed: boolean },
): Promise<PayOutcome> {
  const priced = found.hidden.details === undefined ? found : withDetails(found, found.hidden.details);
  const pays = passed && method.hidden.behaviour.decline === undefined;
  const session = pays ? await withCustomer(work, priced) : priced;
  // What a subscription's first invoice asks for has been settled with the bank; the rest is the customer's balance.
  const amountMinor = session.shown.mode === 'subscription' ? intent.shown.amount : (session.shown.amount_total ?? 0);
  const owned = ownedBy(session, intent, amountMinor);
  return settle(work, found, {
    session,
    intent: owned,
    method,
    outcome: await answerChallenge(work, owned, method, passed),
  });
}

interface Tried {
  /** With what was typed, and with its customer. */
  session: Session;
  intent: Intent;
  method: Method;
  outcome: Confirmation;
}

/** What an attempt makes of the session. One that stays open remembers what was typed, and shows nothing of it. */
async function settle(work: Work, found: Session, tried: Tried): Promise<PayOutcome> {
  const { session, intent, method, outcome } = tried;
  if (outcome.kind === 'paid' || outcome.kind === 'pending') {
    return completed(await completeSession(work, session, { intent: intent.shown, method, outcome }));
  }
  const { details } = session.hidden;
  const hidden = { ...found.hidden, intentId: intent.shown.id, ...(details && { details }) };
  await saveObject(work.tx, { ...found, hidden });
  return outcome.kind === 'challenged' ? outcome : { ...outcome, session: found.shown };
}

const completed = (done: { session: Stripe.Checkout.Session; eventId: string }): PayOutcome => ({
  kind: 'completed',
  ...done,
});

/** Takes a discount away that can no longer be had, and returns why. */
async function lostDiscount(work: Work, session: Session, email: string): Promise<PayOutcome | undefined> {
  const { discount, ...hidden } = session.hidden;
  if (discount === undefined) return undefined;
  try {
    await checkDiscount(work, discount, buyerOf(session, email));
    return undefined;
  } catch (error) {
    if (!(error instanceof DiscountRefused)) throw error;
    await saveObject(work.tx, reprice({ ...session, hidden }));
    return { kind: 'refused', message: `${error.message} It was taken off, and the price is another one now.` };
  }
}

/** Who buys what with a session, as a discount asks for it. */
export const buyerOf = (session: Session, email: string | null): Buyer => ({
  items: session.hidden.lineItems,
  currency: session.shown.currency ?? 'usd',
  customerId: customerIdOf(session),
  email,
});

async function methodOf(
  work: Work,
  { shown }: Session,
  details: Payer['details'],
  means: NonNullable<Payer['means']>,
): Promise<Method> {
  if (means.kind !== 'saved') return keepMethod(work, means, details, shown.currency ?? 'usd');
  const saved = await findObject(work.tx, kinds.paymentMethod, means.methodId);
  if (saved === undefined) throw new Error('a payment method that was offered is there');
  return saved;
}

/** The intent of an earlier attempt with today's amount, or a new one. */
async function intentFor(work: Work, session: Session, dueMinor: number): Promise<Intent> {
  const { shown, hidden } = session;
  if (hidden.intentId !== undefined) {
    const earlier = await findObject(work.tx, kinds.paymentIntent, hidden.intentId, { lock: true });
    if (earlier !== undefined) return ownedBy(session, earlier, dueMinor);
  }
  const currency = shown.currency ?? 'usd';
  const intent = newIntent({
    amountMinor: dueMinor,
    currency,
    customerId: customerIdOf(session),
    created: work.now,
    data: hidden.intentData,
    methodTypes: shown.payment_method_types,
  });
  const ofSession: Intent = { shown: intent, hidden: { sessionId: shown.id } };
  await keepNew(work, kinds.paymentIntent, ofSession, 'payment_intent.created');
  return ofSession;
}

/** The intent with the amount and the customer that its session has by now. */
const ownedBy = (session: Session, intent: Intent, amountMinor: number): Intent => ({
  ...intent,
  shown: { ...intent.shown, amount: amountMinor, customer: customerIdOf(session) },
});

const customerIdOf = ({ shown }: Session): string | null => (shown.customer === null ? null : String(shown.customer));
