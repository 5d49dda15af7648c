import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY_BYTES = 16;
const KEY_NAME = 'key';

export interface ReturnAddresses {
  successUrl: string;
  cancelUrl: string;
}

/**
 * The service's own pages for a customer who comes back from paying. They show what was bought and lead to the payment
 * page, so knowing an order's id is not enough: their addresses hold a secret that is the order's own and opens nothing
 * else.
 */
export function newReturnAddresses(publicUrl: string, orderId: string): ReturnAddresses {
  const query = new URLSearchParams({ order: orderId, [KEY_NAME]: randomBytes(KEY_BYTES).toString('base64url') });
  return {
    successUrl: `${publicUrl}/checkout/success?${query}`,
    cancelUrl: `${publicUrl}/checkout/cancelled?${query}`,
  };
}

/** Whether one of the order's return addresses is a page of the service that has this secret. */
export function isReturnKeyOf({ successUrl, cancelUrl }: ReturnAddresses, key: unknown): boolean {
  if (typeof key !== 'string' || key === '') return false;
  return [successUrl, cancelUrl].some((address) => {
    const own = URL.parse(address)?.searchParams.get(KEY_NAME);
    return own != null && timingSafeEqual(digest(own), digest(key));
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
