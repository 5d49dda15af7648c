import type Stripe from 'stripe';
import { kinds } from '../kinds.js';
import { answerSetupChallenge, confirmSetup, type Setup, type SetupIntent } from '../payments/confirm-setup.js';
import { keepMethod, type Method } from '../payments/new-payment-method.js';
import { findObject, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { withDetails } from './buyer-details.js';
import { completeSession } from './complete-session.js';
import type { Payer, PayOutcome } from './pay-session.js';
import type { Session } from './reprice.js';
import { withCustomer } from './session-customer.js';

/** Saves a card for an open session in setup mode. The caller holds the lock of the session. */
export async function setUpSession(work: Work, found: Session, { details, means }: Payer): Promise<PayOutcome> {
  if (means?.kind !== 'card') throw new Error('a session in setup mode saves a card');
  const session = withDetails(found, details);
  const intent = await findObject(work.tx, kinds.setupIntent, String(found.shown.setup_intent), { lock: true });
  if (intent === undefined) throw new Error('a session in setup mode has an intent');
  const method = await keepMethod(work, means, details, found.shown.currency ?? 'usd');
  const { challenge, declinesSaving } = method.hidden.behaviour;
  const owned = challenge || declinesSaving ? session : await withCustomer(work, session);
  const returnUrl = `${work.baseUrl}/c/pay/${found.shown.id}`;
  const outcome = await confirmSetup(work, ofCustomer(intent, owned), method, { returnUrl });
  return settle(work, found, owned, outcome);
}

/** Goes on with a session whose buyer has answered the bank's challenge. The caller holds the locks of both. */
export async function resumeSetup(
  work: Work,
  found: Session,
  { intent, method, passed }: { intent: SetupIntent; method: Method; passed: boolean },
): Promise<PayOutcome> {
  const session = found.hidden.details === undefined ? found : withDetails(found, found.hidden.details);
  const owned = passed ? await withCustomer(work, session) : session;
  return settle(work, found, owned, await answerSetupChallenge(work, ofCustomer(intent, owned), method, passed));
}

const ofCustomer = (intent: SetupIntent, { shown }: Session): SetupIntent => ({
  ...intent,
  shown: { ...intent.shown, customer: shown.customer },
});

async function settle(work: Work, found: Session, session: Session, outcome: Setup): Promise<PayOutcome> {
  if (outcome.kind === 'saved') return { kind: 'completed', ...(await completeSession(work, session, {})) };
  const { details } = session.hidden;
  await saveObject(work.tx, { ...found, hidden: { ...found.hidden, ...(details && { details }) } });
  if (outcome.kind === 'challenged') return outcome;
  return { ...outcome, session: found.shown as Stripe.Checkout.Session };
}
