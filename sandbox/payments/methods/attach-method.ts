import type Stripe from 'stripe';
import { invalidRequest } from '../../api/errors.js';
import { saveChange } from '../../events/change.js';
import type { Work } from '../../store/work.js';
import type { Method } from './new-payment-method.js';

interface Attachment {
  allowRedisplay?: Stripe.PaymentMethod.AllowRedisplay;
  /** The holder has agreed to payments at which they are not there. */
  setUp?: boolean;
}

/** Gives a payment method to a customer for later payments. */
export async function attachMethod(
  work: Work,
  { shown, hidden }: Method,
  customerId: string,
  { allowRedisplay, setUp = false }: Attachment = {},
): Promise<Method> {
  if (shown.customer !== null && shown.customer !== customerId) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    });
  }
  const attached: Method = {
    shown: {
      ...shown,
      customer: customerId,
      allow_redisplay: allowRedisplay ?? shown.allow_redisplay ?? 'unspecified',
    },
    hidden: { ...hidden, setUp: setUp || (hidden.setUp ?? false) },
  };
  await saveChange(work, shown, attached, 'payment_method.attached');
  return attached;
}
