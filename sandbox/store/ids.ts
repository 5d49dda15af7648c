import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random letters and digits, as Stripe's ids end in them. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** An id such as `cus_9s6XKzkNRiz8i3`. Stripe's own are 14 long for the oldest kinds and 24 for the rest. */
export const newId = (prefix: string, length = 24): string => `${prefix}_${randomText(length)}`;
