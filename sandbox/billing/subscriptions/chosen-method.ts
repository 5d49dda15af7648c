import { notInSandbox } from '../../api/errors.js';
import { attachMethod } from '../../payments/methods/attach-method.js';
import type { Method } from '../../payments/methods/new-payment-method.js';
import { usableMethod } from '../../payments/methods/usable-method.js';
import type { Work } from '../../store/work.js';

/** A card that is to be charged from now on. It must be the customer's, unless its id is one of those for tests. */
export async function chosenMethod(
  work: Work,
  id: string | undefined,
  customerId: string,
  param = 'default_payment_method',
): Promise<Method | undefined> {
  if (id === undefined) return undefined;
  const method = await usableMethod(work, id, customerId);
  if (method.shown.type !== 'card') throw notInSandbox('Received a payment method that is no card.', param);
  return method.shown.customer === null ? attachMethod(work, method, customerId) : method;
}
