import type Stripe from 'stripe';
import { kinds } from '../../kinds/kinds.js';
import { keepMethod, type Method } from '../../payments/methods/new-payment-method.js';
import {
  answerSetupChallenge,
  confirmSetup,
  type Setup,
  type SetupIntent,
} from '../../payments/setups/confirm-setup.js';
import { keepSetupIntent } from '../../payments/setups/new-setup-intent.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { withDetails } from '../sessions/buyer-details.js';
import type { Session } from '../sessions/reprice.js';
import { withCustomer } from '../sessions/session-customer.js';
import { completeSession } from './complete-session.js';
import type { Payer, PayOutcome } from './pay-outcome.js';

/**
 * Saves a card for an open session that charges nothing now: one in setup mode, or one that sells a subscription which
 * begins with nothing to pay. The caller holds the lock of the session.
 */
export async function setUpSession(work: Work, found: Session, { details, means }: Payer): Promise<PayOutcome> {
  const session = withDetails(found, details);
  if (means?.kind === 'saved') return completeWithSaved(work, session, means.methodId);
  if (means?.kind !== 'card') throw new Error('a session that charges nothing saves a card');
  const intent = await intentFor(work, found);
  const method = await keepMethod(work, means, details, found.shown.currency ?? 'usd');
  const { challenge, declinesSaving } = method.hidden.behaviour;
  const owned = challenge || declinesSaving ? session : await withCustomer(work, session);
  const returnUrl = `${work.baseUrl}/c/pay/${found.shown.id}`;
  const outcome = await confirmSetup(work, ofCustomer(intent, owned), method, { returnUrl });
  return settle(work, found, owned, { intent, method, outcome });
}

/** The intent that the session shows, or keeps to itself in subscription mode. */
async function intentFor(work: Work, { shown, hidden }: Session): Promise<SetupIntent> {
  const id = shown.setup_intent ?? hidden.setupIntentId;
  const known = id && (await findObject(work.tx, kinds.setupIntent, String(id), { lock: true }));
  if (known) return known;
  const customerId = shown.customer === null ? null : String(shown.customer);
  return keepSetupIntent(work, { customerId, data: {} }, { sessionId: shown.id });
}

async function completeWithSaved(work: Work, session: Session, methodId: string): Promise<PayOutcome> {
  const method = await findObject(work.tx, kinds.paymentMethod, methodId);
  if (method === undefined) throw new Error('a payment method that was offered is there');
  return { kind: 'completed', ...(await completeSession(work, session, { method })) };
}

/** Goes on with a session whose buyer has answered the bank's challenge. The caller holds the locks of both. */
export async function resumeSetup(
  work: Work,
  found: Session,
  { intent, method, passed }: { intent: SetupIntent; method: Method; passed: boolean },
): Promise<PayOutcome> {
  const session = found.hidden.details === undefined ? found : withDetails(found, found.hidden.details);
  const owned = passed ? await withCustomer(work, session) : session;
  const outcome = await answerSetupChallenge(work, ofCustomer(intent, owned), method, passed);
  return settle(work, found, owned, { intent, method, outcome });
}

const ofCustomer = (intent: SetupIntent, { shown }: Session): SetupIntent => ({
  ...intent,
  shown: { ...intent.shown, customer: shown.customer },
});

interface Tried {
  intent: SetupIntent;
  method: Method;
  outcome: Setup;
}

async function settle(work: Work, found: Session, session: Session, tried: Tried): Promise<PayOutcome> {
  const { intent, method, outcome } = tried;
  if (outcome.kind === 'saved') return { kind: 'completed', ...(await completeSession(work, session, { method })) };
  const { details } = session.hidden;
  const setupIntentId = found.shown.setup_intent === null ? { setupIntentId: intent.shown.id } : {};
  await saveObject(work.tx, { ...found, hidden: { ...found.hidden, ...setupIntentId, ...(details && { details }) } });
  if (outcome.kind === 'challenged') return outcome;
  return { ...outcome, session: found.shown as Stripe.Checkout.Session };
}
