import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import type { Decline } from '../../kinds/card.js';
import type { HiddenIntent } from '../../kinds/kinds.js';
import { type Stored, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { challengeUrl, nextAction } from '../intents/confirm-intent.js';
import { attachMethod } from '../methods/attach-method.js';
import type { Method } from '../methods/new-payment-method.js';

export type SetupIntent = Stored<Stripe.SetupIntent, HiddenIntent>;

/** What became of an attempt at saving a card. */
export type Setup = { kind: 'saved' } | { kind: 'declined'; decline: Decline } | { kind: 'challenged'; url: string };

interface Ways {
  /** Where the payer goes after a challenge. */
  returnUrl?: string | undefined;
  /** Where they may try again, when that is another place. */
  retryUrl?: string | undefined;
}

/** Saves a card, or lets the bank ask its holder first. The caller holds the lock of what the intent belongs to. */
export async function confirmSetup(
  work: Work,
  intent: SetupIntent,
  method: Method,
  { returnUrl, retryUrl }: Ways,
): Promise<Setup> {
  const { challenge, decline, declinesSaving } = method.hidden.behaviour;
  if (decline !== undefined && declinesSaving) return declineSetup(work, intent, method, decline);
  if (challenge === undefined) return saveMethod(work, intent, method);
  const url = challengeUrl(work, intent.shown.id);
  const shown: Stripe.SetupIntent = {
    ...intent.shown,
    next_action: nextAction(url, returnUrl),
    payment_method: method.shown.id,
    status: 'requires_action',
  };
  const hidden = { ...intent.hidden, ...(returnUrl && { returnUrl }), ...(retryUrl && { retryUrl }) };
  await saveObject(work.tx, { shown, hidden });
  await recordEvent(work, 'setup_intent.requires_action', shown);
  return { kind: 'challenged', url };
}

/** Goes on with an intent whose challenge was answered. The caller holds the lock of what the intent belongs to. */
export function answerSetupChallenge(work: Work, intent: SetupIntent, method: Method, passed: boolean): Promise<Setup> {
  if (passed) return saveMethod(work, intent, method);
  return declineSetup(work, intent, method, {
    code: 'setup_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  });
}

async function saveMethod(work: Work, intent: SetupIntent, method: Method): Promise<Setup> {
  const { customer, usage } = intent.shown;
  if (customer !== null) {
    await attachMethod(work, method, String(customer), { allowRedisplay: 'limited', setUp: usage === 'off_session' });
  }
  const shown: Stripe.SetupIntent = {
    ...intent.shown,
    last_setup_error: null,
    next_action: null,
    payment_method: method.shown.id,
    status: 'succeeded',
  };
  await saveObject(work.tx, { ...intent, shown });
  await recordEvent(work, 'setup_intent.succeeded', shown);
  return { kind: 'saved' };
}

async function declineSetup(work: Work, intent: SetupIntent, method: Method, decline: Decline): Promise<Setup> {
  const shown: Stripe.SetupIntent = {
    ...intent.shown,
    last_setup_error: {
      code: decline.code,
      ...(decline.declineCode && { decline_code: decline.declineCode }),
      doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
      message: decline.message,
      payment_method: method.shown,
      type: 'card_error',
    },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  await saveObject(work.tx, { ...intent, shown });
  await recordEvent(work, 'setup_intent.setup_failed', shown);
  return { kind: 'declined', decline };
}
