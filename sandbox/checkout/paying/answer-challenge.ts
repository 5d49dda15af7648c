import type Stripe from 'stripe';
import { resumeInvoice } from '../../billing/invoices/pay-invoice.js';
import { lockInvoiceOf } from '../../billing/lock.js';
import { type HiddenIntent, kinds } from '../../kinds/kinds.js';
import { resumeIntent } from '../../payments/intents/pay-intent.js';
import type { Method } from '../../payments/methods/new-payment-method.js';
import { answerSetupChallenge } from '../../payments/setups/confirm-setup.js';
import { findObject, type Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { lockIntent } from './lock-intent.js';
import type { PayOutcome } from './pay-outcome.js';
import { resumeSession } from './pay-session.js';
import { resumeSetup } from './setup-session.js';

/** An intent to pay or to save. */
export type AnyIntent = Stored<Stripe.PaymentIntent | Stripe.SetupIntent, HiddenIntent>;

/**
 * What an answer to the bank has led to: for a session, for an intent of the API's, or to nothing, since it came too
 * late.
 */
export type Answered =
  | { kind: 'session'; outcome: PayOutcome }
  | { kind: 'intent'; intent: AnyIntent; declined: boolean }
  | { kind: 'stale' };

/**
 * Goes on with what the bank has asked about. Locks the session or the invoice that it is for, then the intent and its
 * method.
 */
export const answerChallengeOf = (work: Work, intentId: string, passed: boolean): Promise<Answered> =>
  intentId.startsWith('seti_') ? answerSetup(work, intentId, passed) : answerPayment(work, intentId, passed);

async function answerPayment(work: Work, intentId: string, passed: boolean): Promise<Answered> {
  const billing = await lockInvoiceOf(work, intentId);
  const locked = await lockIntent(work, kinds.paymentIntent, intentId);
  const method = locked && (await challengedMethod(work, locked.intent));
  if (method === undefined) return { kind: 'stale' };
  const { session, intent } = locked ?? {};
  if (intent === undefined) return { kind: 'stale' };
  if (billing !== undefined) {
    const { kind } = await resumeInvoice(work, billing, { intent, method, passed });
    return { kind: 'intent', intent, declined: kind === 'declined' };
  }
  if (session === undefined) {
    const { kind } = await resumeIntent(work, intent, method, passed);
    return { kind: 'intent', intent, declined: kind === 'declined' };
  }
  const outcome = closedOutcome(session.shown) ?? (await resumeSession(work, session, { intent, method, passed }));
  return { kind: 'session', outcome };
}

async function answerSetup(work: Work, intentId: string, passed: boolean): Promise<Answered> {
  const locked = await lockIntent(work, kinds.setupIntent, intentId);
  const method = locked && (await challengedMethod(work, locked.intent));
  if (method === undefined) return { kind: 'stale' };
  const { session, intent } = locked ?? {};
  if (intent === undefined) return { kind: 'stale' };
  if (session === undefined) {
    const { kind } = await answerSetupChallenge(work, intent, method, passed);
    return { kind: 'intent', intent, declined: kind === 'declined' };
  }
  const outcome = closedOutcome(session.shown) ?? (await resumeSetup(work, session, { intent, method, passed }));
  return { kind: 'session', outcome };
}

const closedOutcome = (session: Stripe.Checkout.Session): PayOutcome | undefined =>
  session.status === 'open' ? undefined : { kind: 'closed', session };

/** What the bank has asked about, as long as it waits for the answer. */
async function challengedMethod(work: Work, { shown }: AnyIntent): Promise<Method | undefined> {
  if (shown.status !== 'requires_action') return undefined;
  return findObject(work.tx, kinds.paymentMethod, String(shown.payment_method), { lock: true });
}
