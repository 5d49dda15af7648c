import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Attempt } from '../charges/new-charge.js';
import type { Method } from '../methods/new-payment-method.js';
import { chargeIntent, declineCharge, failChallenge, type Intent } from './charge-intent.js';

/** What became of a confirmation: an attempt at the money, or a challenge that comes first. */
export type Confirmation = Attempt | { kind: 'challenged'; url: string };

export interface Circumstances {
  /** The payer is not there, and nobody can answer a challenge. */
  offSession: boolean;
  /** A challenge would not do, and counts as a decline. */
  failsOnChallenge?: boolean | undefined;
  /** Where the payer goes after a challenge. */
  returnUrl?: string | undefined;
  /** Where the payer may try again, when that is another place. */
  retryUrl?: string | undefined;
}

const authenticationRequired = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** Pays an intent, or lets the bank ask the payer first. The caller holds the lock of what the intent belongs to. */
export async function confirmIntent(
  work: Work,
  intent: Intent,
  method: Method,
  { offSession, failsOnChallenge, returnUrl, retryUrl }: Circumstances,
): Promise<Confirmation> {
  if (!isChallenged(method, offSession)) return chargeIntent(work, intent, method);
  if (offSession || failsOnChallenge) return declineCharge(work, intent, method, authenticationRequired);
  const url = challengeUrl(work, intent.shown.id);
  const shown: Stripe.PaymentIntent = {
    ...intent.shown,
    next_action: nextAction(url, returnUrl),
    payment_method: method.shown.id,
    status: 'requires_action',
  };
  const hidden = { ...intent.hidden, ...(returnUrl && { returnUrl }), ...(retryUrl && { retryUrl }) };
  await saveObject(work.tx, { shown, hidden });
  await recordEvent(work, 'payment_intent.requires_action', shown);
  return { kind: 'challenged', url };
}

/** Where the payer answers a challenge about an intent, be it of a payment or of a setup. */
export const challengeUrl = (work: Work, intentId: string): string => `${work.baseUrl}/3d-secure/${intentId}`;

/** Without a place to come back to, Stripe leaves the challenge to its own script in the page of the seller. */
export const nextAction = (url: string, returnUrl: string | undefined) =>
  returnUrl === undefined
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };

export function isChallenged({ hidden: { behaviour, setUp } }: Method, offSession: boolean): boolean {
  if (behaviour.challenge === undefined) return false;
  return !offSession || behaviour.challenge === 'always' || !setUp;
}

/** Goes on with an intent whose challenge was answered. The caller holds the lock of what the intent belongs to. */
export const answerChallenge = (work: Work, intent: Intent, method: Method, passed: boolean): Promise<Attempt> =>
  passed ? chargeIntent(work, intent, method) : failChallenge(work, intent, method);
