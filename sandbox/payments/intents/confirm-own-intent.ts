import type Stripe from 'stripe';
import { invalidRequest } from '../../api/errors.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Method } from '../methods/new-payment-method.js';
import { usableMethod } from '../methods/usable-method.js';
import type { Intent } from './charge-intent.js';
import { declinedError, unexpectedState } from './intent-errors.js';
import { payIntent } from './pay-intent.js';

/** What a call says about a confirmation, be it with the creation or after it. */
type Params = Pick<
  Stripe.PaymentIntentConfirmParams,
  'error_on_requires_action' | 'off_session' | 'payment_method' | 'receipt_email' | 'return_url' | 'setup_future_usage'
>;

/**
 * Confirms an intent as a call asks for, and returns it as it is then. Throws the decline, with everything that it has
 * left kept. The caller holds the lock of the intent.
 */
export async function confirmOwnIntent(work: Work, found: Intent, params: Params): Promise<Stripe.PaymentIntent> {
  checkConfirmable(found.shown);
  checkReturnUrl(found.shown, params);
  const intent = withParams(found, params);
  const method = await methodFor(work, intent, params.payment_method);
  await saveObject(work.tx, intent);
  const outcome = await payIntent(work, intent, method, {
    offSession: params.off_session !== undefined && params.off_session !== false,
    failsOnChallenge: params.error_on_requires_action,
    returnUrl: params.return_url,
  });
  const now = await findObject(work.tx, kinds.paymentIntent, intent.shown.id);
  const shown = now?.shown ?? intent.shown;
  if (outcome.kind !== 'declined') return shown;
  throw declinedError(outcome.decline, { payment_intent: shown, payment_method: method.shown });
}

export function checkConfirmable(intent: Stripe.PaymentIntent): void {
  if (isOpen(intent)) return;
  throw unexpectedState(
    intent.status === 'succeeded'
      ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
      : `This PaymentIntent's payment_method could not be confirmed because it has a status of ${intent.status}.`,
    intent,
  );
}

/** Whether a payment can still be tried. */
export const isOpen = ({ status }: Stripe.PaymentIntent | Stripe.SetupIntent): boolean =>
  ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(status);

const intentNames = { payment_intent: 'PaymentIntent', setup_intent: 'SetupIntent' } as const;

/** Stripe wants to know where the payer comes back to, since some of the methods it might offer lead them away. */
export function checkReturnUrl(
  {
    object,
    automatic_payment_methods: automatic,
  }: Pick<Stripe.PaymentIntent | Stripe.SetupIntent, 'object' | 'automatic_payment_methods'>,
  { return_url }: { return_url?: string },
): void {
  if (return_url !== undefined && /^https?:$/.test(URL.parse(return_url)?.protocol ?? '')) return;
  if (return_url !== undefined) throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: 'return_url' });
  if (automatic === null || automatic.allow_redirects === 'never') return;
  throw invalidRequest(
    `This ${intentNames[object]} is configured to accept payment methods enabled in your Dashboard. Because some of ` +
      'these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you ' +
      "don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and " +
      '`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.',
    { param: 'return_url' },
  );
}

const withParams = ({ shown, hidden }: Intent, { receipt_email, setup_future_usage }: Params): Intent => ({
  shown: {
    ...shown,
    ...(receipt_email !== undefined && { receipt_email: receipt_email || null }),
    ...(setup_future_usage !== undefined && { setup_future_usage: setup_future_usage || null }),
  },
  hidden,
});

async function methodFor(work: Work, { shown }: Intent, given: string | undefined): Promise<Method> {
  const id = given ?? shown.payment_method;
  if (id === null || id === undefined) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the " +
        'PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment ' +
        'method or ConfirmationToken.',
      shown,
    );
  }
  const customerId = shown.customer === null ? null : String(shown.customer);
  return usableMethod(work, String(id), customerId, shown.currency);
}
