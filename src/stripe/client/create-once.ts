import { askStripe } from './ask-stripe.js';
import { StripeUnavailable } from './stripe.problems.js';

/** How often a fault that Stripe keeps is asked around. More of them in a row are no accident. */
const MAX_KEYS = 3;

export interface CreateOnce<T> {
  /** Names the business fact. */
  idempotencyKey: string;
  create: (idempotencyKey: string) => Promise<T>;
  /** Looks for what an earlier request with the key has made. */
  find: () => Promise<T | undefined>;
}

/**
 * Creates something at Stripe once, however often it is asked. A call that was cut off is asked again with its key, and
 * Stripe returns what was made. But when the call ended in a fault, Stripe keeps the fault under the key for a day,
 * whether or not the call took effect: then what it made is looked for, and only when there is nothing it is made under
 * another key, the same one for everybody who gets there. @throws StripeUnavailable, StripeRefused
 */
export async function createOnce<T>({ idempotencyKey, create, find }: CreateOnce<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const key = attempt === 1 ? idempotencyKey : `${idempotencyKey}:${attempt}`;
    try {
      return await askStripe(() => create(key));
    } catch (error) {
      if (!(error instanceof StripeUnavailable) || !error.isKept || attempt === MAX_KEYS) throw error;
      const found = await askStripe(find);
      if (found !== undefined) return found;
    }
  }
}
