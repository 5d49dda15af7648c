import { ApiError } from '../../api/errors.js';
import { declinedError } from '../../payments/intents/intent-errors.js';
import type { Collected } from './collect-invoice.js';

/** Throws what Stripe answers when an attempt has not brought the money; with `keepsEffect` what it has left stays. */
export function throwDeclined(outcome: Collected['outcome'], { keepsEffect = false } = {}): void {
  switch (outcome.kind) {
    case 'declined':
      throw withEffect(declinedError(outcome.decline, {}), keepsEffect);
    case 'challenged':
      throw requiresAction(keepsEffect);
    case 'nothing':
      throw withoutMethod(keepsEffect);
    case 'paid':
    case 'pending':
  }
}

const withEffect = ({ status, body }: ApiError, keepsEffect: boolean) => new ApiError(status, body, { keepsEffect });

const requiresAction = (keepsEffect: boolean) =>
  new ApiError(
    402,
    {
      type: 'invalid_request_error',
      code: 'invoice_payment_intent_requires_action',
      message:
        'The payment for this invoice requires additional user action before it can be completed successfully. ' +
        'Payment can be completed using the PaymentIntent associated with the invoice.',
    },
    { keepsEffect },
  );

const withoutMethod = (keepsEffect: boolean) =>
  new ApiError(
    400,
    {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message:
        'This customer has no attached payment source or default payment method. Please consider adding a default ' +
        'payment method.',
    },
    { keepsEffect },
  );
