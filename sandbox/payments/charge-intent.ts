import type Stripe from 'stripe';
import { followCharge } from '../disputes/follow-charge.js';
import { kinds } from '../kinds.js';
import { insertObject, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { keepNew } from '../webhooks/change.js';
import { recordEvent } from '../webhooks/record.js';
import type { Decline } from './cards/card.js';
import { feeFor, moveBalance } from './move-balance.js';
import { newCharge } from './new-charge.js';
import { newPaymentMethod } from './new-payment-method.js';
import type { Card } from './read-card.js';

/**
 * Tries to take an intent's amount from a card, once. A decline leaves a failed charge and an intent that may be tried again,
 * and is answered; nothing is answered when the money was taken. The caller holds the lock of what the intent belongs to.
 */
export async function chargeIntent(
  work: Work,
  intent: Stored<Stripe.PaymentIntent>,
  card: Card,
  email: string,
): Promise<Decline | undefined> {
  const method = newPaymentMethod(card, email, work.now);
  await insertObject(work.tx, kinds.paymentMethod, work.now, method, {});
  const charge = newCharge({ intent: intent.shown, paymentMethodId: method.id, card, email, created: work.now });
  const { decline } = card.behaviour;
  if (decline === undefined) {
    charge.balance_transaction = await moveBalance(work, {
      type: 'charge',
      amountMinor: charge.amount,
      feeMinor: feeFor(charge.amount),
      currency: charge.currency,
      sourceId: charge.id,
    });
  }
  const hidden = { card: card.behaviour };
  await keepNew(work, kinds.charge, { shown: charge, hidden }, decline ? 'charge.failed' : 'charge.succeeded');
  if (decline === undefined) await followCharge(work, { shown: charge, hidden });
  const tried = decline ? declinedIntent(intent.shown, charge, method, decline) : paidIntent(intent.shown, charge);
  await saveObject(work.tx, { shown: tried, hidden: intent.hidden });
  await recordEvent(work, decline ? 'payment_intent.payment_failed' : 'payment_intent.succeeded', tried);
  return decline;
}

const paidIntent = (intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent => ({
  ...intent,
  amount_received: charge.amount,
  last_payment_error: null,
  latest_charge: charge.id,
  payment_method: charge.payment_method,
  status: 'succeeded',
});

const declinedIntent = (
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: Stripe.PaymentMethod,
  decline: Decline,
): Stripe.PaymentIntent => ({
  ...intent,
  last_payment_error: {
    charge: charge.id,
    code: decline.code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    message: decline.message,
    payment_method: method,
    type: 'card_error',
  },
  latest_charge: charge.id,
});
