import { need } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { kinds } from '../../kinds/kinds.js';
import type { Work } from '../../store/work.js';
import { keepMethod, type Method } from './new-payment-method.js';
import { testMeans } from './test-methods.js';

/**
 * A payment method to be charged or saved for a customer, or for nobody: one that is there, or a new one for an id such
 * as `pm_card_visa`, which Stripe has for tests. Locks it.
 */
export async function usableMethod(
  work: Work,
  id: string,
  customerId: string | null,
  currency = 'usd',
  param = 'payment_method',
): Promise<Method> {
  const means = testMeans(id, work.clock.nowMs());
  if (means !== undefined) return keepMethod(work, means, { email: null }, currency);
  const method = await need(work, kinds.paymentMethod, id, { param, lock: true });
  const owner = method.shown.customer;
  if (owner !== null && owner !== customerId) {
    throw invalidRequest(
      customerId === null
        ? `The PaymentMethod ${id} belongs to a Customer ${owner}. ` +
            'Please include the Customer in the `customer` parameter.'
        : `The PaymentMethod ${id} does not belong to the Customer you supplied ${customerId}. ` +
            'It belongs to another one.',
      { param },
    );
  }
  if (method.hidden.usedUp) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a ' +
        'Customer, and may not be used again.',
      { param },
    );
  }
  return method;
}
