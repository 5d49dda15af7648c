import type Stripe from 'stripe';
import { ApiError, docUrl } from '../../api/errors.js';
import type { Decline } from '../../kinds/card.js';

/**
 * An attempt of the caller's was declined. Unlike with other errors, what it has left stays: the charge and the intent.
 */
export function declinedError(
  decline: Decline,
  found: {
    payment_intent?: Stripe.PaymentIntent;
    setup_intent?: Stripe.SetupIntent;
    payment_method?: Stripe.PaymentMethod;
  },
): ApiError {
  const { latest_charge } = found.payment_intent ?? {};
  const body = {
    type: 'card_error' as const,
    code: decline.code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    doc_url: docUrl(decline.code),
    message: decline.message,
    ...(latest_charge && { charge: String(latest_charge) }),
    ...found,
  };
  return new ApiError(402, body, { keepsEffect: true });
}

/** What was asked for cannot be done with an intent as it is now. */
export function unexpectedState(message: string, intent: Stripe.PaymentIntent | Stripe.SetupIntent): ApiError {
  const code = `${intent.object}_unexpected_state`;
  return new ApiError(400, {
    type: 'invalid_request_error',
    code,
    doc_url: docUrl(code),
    message,
    ...(intent.object === 'payment_intent' ? { payment_intent: intent } : { setup_intent: intent }),
  });
}
