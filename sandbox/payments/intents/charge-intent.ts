import type Stripe from 'stripe';
import { followCharge } from '../../disputes/follow-charge.js';
import { keepNew } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { scheduleJob } from '../../jobs/schedule.js';
import type { Decline } from '../../kinds/card.js';
import { type HiddenIntent, kinds } from '../../kinds/kinds.js';
import { type Stored, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { bookLater } from '../charges/book-charge.js';
import { type Attempt, newCharge } from '../charges/new-charge.js';
import type { Method } from '../methods/new-payment-method.js';

export type Intent = Stored<Stripe.PaymentIntent, HiddenIntent>;

/** How long the bank takes over a debit. */
const debitSettlingMs = 10_000;

/**
 * Tries to take an intent's amount, once. A decline leaves a failed charge and an intent that may be tried again. A
 * debit is left pending until the bank answers. The caller holds the lock of what the intent belongs to.
 */
export async function chargeIntent(work: Work, intent: Intent, method: Method): Promise<Attempt> {
  const { behaviour } = method.hidden;
  if (behaviour.settlesLater) return startDebit(work, intent, method);
  if (behaviour.decline !== undefined) return declineCharge(work, intent, method, behaviour.decline);
  const attempt: Attempt = { kind: 'paid' };
  const charge = chargeFor(work, intent, method, attempt);
  const hidden = { card: behaviour };
  await keepNew(work, kinds.charge, { shown: charge, hidden }, 'charge.succeeded');
  await bookLater(work, charge.id);
  await followCharge(work, { shown: charge, hidden });
  await saveIntent(work, intent, paidIntent(intent.shown, charge), 'payment_intent.succeeded');
  return attempt;
}

/** Leaves a failed charge, and an intent that waits for another payment method. */
export async function declineCharge(work: Work, intent: Intent, method: Method, decline: Decline): Promise<Attempt> {
  const attempt: Attempt = { kind: 'declined', decline };
  const charge = chargeFor(work, intent, method, attempt);
  await keepNew(work, kinds.charge, { shown: charge, hidden: { card: method.hidden.behaviour } }, 'charge.failed');
  const declined = declinedIntent(intent.shown, { decline, method: method.shown, chargeId: charge.id });
  await saveIntent(work, intent, declined, 'payment_intent.payment_failed');
  return attempt;
}

/** The intent waits for another payment method, and nothing was charged: its holder did not confirm. */
export async function failChallenge(work: Work, intent: Intent, method: Method): Promise<Attempt> {
  const decline: Decline = {
    code: 'payment_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  };
  const failed = declinedIntent(intent.shown, { decline, method: method.shown });
  await saveIntent(work, intent, failed, 'payment_intent.payment_failed');
  return { kind: 'declined', decline };
}

async function startDebit(work: Work, intent: Intent, method: Method): Promise<Attempt> {
  const attempt: Attempt = { kind: 'pending' };
  const charge = chargeFor(work, intent, method, attempt);
  await keepNew(work, kinds.charge, { shown: charge, hidden: { card: method.hidden.behaviour } }, 'charge.pending');
  const processing: Stripe.PaymentIntent = {
    ...intent.shown,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.shown.id,
    status: 'processing',
  };
  await saveIntent(work, intent, processing, 'payment_intent.processing');
  await scheduleJob(work, 'settle-debit', intent.shown.id, work.clock.nowMs() + debitSettlingMs);
  return attempt;
}

const chargeFor = (work: Work, { shown: intent }: Intent, { shown: method }: Method, attempt: Attempt) =>
  newCharge({ intent, method, attempt, created: work.now, baseUrl: work.baseUrl });

export const paidIntent = (intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent => ({
  ...intent,
  amount_received: charge.amount,
  last_payment_error: null,
  latest_charge: charge.id,
  next_action: null,
  payment_method: charge.payment_method,
  status: 'succeeded',
});

interface Failure {
  decline: Decline;
  method: Stripe.PaymentMethod;
  chargeId?: string;
}

export const declinedIntent = (
  intent: Stripe.PaymentIntent,
  { decline, method, chargeId }: Failure,
): Stripe.PaymentIntent => ({
  ...intent,
  last_payment_error: {
    ...(chargeId && { charge: chargeId }),
    code: decline.code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    message: decline.message,
    payment_method: method,
    type: 'card_error',
  },
  ...(chargeId && { latest_charge: chargeId }),
  next_action: null,
  payment_method: null,
  status: 'requires_payment_method',
});

export async function saveIntent(
  work: Work,
  { hidden }: Intent,
  shown: Stripe.PaymentIntent,
  type: Stripe.Event.Type,
): Promise<void> {
  await saveObject(work.tx, { shown, hidden });
  await recordEvent(work, type, shown);
}
