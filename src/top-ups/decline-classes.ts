import { addSeconds } from '../kernel/clock.js';
import type { PauseReason } from './decide-top-up.js';

/** What Stripe says of a charge that was declined. Its texts are not read: they may quote what a customer typed. */
export interface Decline {
  /** Stripe's code of the error, such as `card_declined`. */
  code: string;
  /** Why the bank declined, in Stripe's word. */
  declineCode: string | null;
  /** How Stripe advises to go on. */
  adviceCode: string | null;
  /** What the card's network answered: a reason, and an advice of two digits. */
  networkDeclineCode: string | null;
  networkAdviceCode: string | null;
}

/**
 * `hard`: the card is never to be charged again as it is. `authentication`: its holder has to confirm. `soft`: another
 * time it may succeed.
 */
export type DeclineClass = 'hard' | 'soft' | 'authentication';

const AUTHENTICATION = new Set(['authentication_required', 'authentication_not_handled']);

/** https://docs.stripe.com/declines/codes: where the next step is another card, or none at all. */
const HARD = new Set([
  'account_closed',
  'card_not_supported',
  'currency_not_supported',
  'do_not_try_again',
  'expired_card',
  'fraudulent',
  'incorrect_cvc',
  'incorrect_number',
  'invalid_account',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'lost_card',
  'merchant_blacklist',
  'new_account_information_available',
  'no_account',
  'pickup_card',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'security_violation',
  'service_not_allowed',
  'stolen_card',
  'stop_payment_order',
  'test_mode_live_card',
  'testmode_decline',
  'transaction_not_allowed',
]);

const HARD_ADVICE = new Set(['do_not_try_again', 'confirm_card_data']);

/** Visa fines whoever tries again after these; the other networks mean the same by those that they have. */
const NEVER_AGAIN = new Set(['04', '07', '12', '14', '15', '41', '43', '46', '57', 'R0', 'R1', 'R3']);

/** Mastercard: other data of the card are needed; do not try again; the payments were cancelled by their payer. */
const HARD_NETWORK_ADVICE = new Set(['01', '03', '21']);

/** A word that Stripe adds later is soft: tries are bounded, and nothing ends for a word that nobody knows. Pure. */
export function classOfDecline(decline: Decline): DeclineClass {
  const words = [decline.code, decline.declineCode ?? ''];
  if (words.some((word) => AUTHENTICATION.has(word))) return 'authentication';
  const isHard =
    words.some((word) => HARD.has(word)) ||
    HARD_ADVICE.has(decline.adviceCode ?? '') ||
    NEVER_AGAIN.has(decline.networkDeclineCode ?? '') ||
    HARD_NETWORK_ADVICE.has(decline.networkAdviceCode ?? '');
  return isHard ? 'hard' : 'soft';
}

const HOUR_SECONDS = 3600;
/** After a soft decline. With the first try these are four, within the limits of every network. */
const TRIES_AFTER_SECONDS = [HOUR_SECONDS, 24 * HOUR_SECONDS, 72 * HOUR_SECONDS];

/** What follows from a decline. */
export type AfterDecline =
  | { change: 'declined'; nextTryAt: Date; softDeclines: number }
  | { change: 'challenged' }
  | { change: 'stopped'; because: PauseReason };

/** `softDeclines` is how many there were in a row before this one. Pure. */
export function afterDecline(decline: Decline, softDeclines: number, now: Date): AfterDecline {
  const kind = classOfDecline(decline);
  if (kind === 'authentication') return { change: 'challenged' };
  if (kind === 'hard') return { change: 'stopped', because: 'declined_for_good' };
  const seconds = TRIES_AFTER_SECONDS[softDeclines];
  if (seconds === undefined) return { change: 'stopped', because: 'declined_too_often' };
  return { change: 'declined', nextTryAt: addSeconds(now, seconds), softDeclines: softDeclines + 1 };
}
