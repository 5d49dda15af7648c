import { createHash, timingSafeEqual } from 'node:crypto';
import type { TopUpAttempt } from '../top-up-attempt.entity.js';

/** Where a person confirms a payment that their bank asks about. It holds a secret that opens nothing else. */
export function confirmAddress(publicUrl: string, { id, actionKey }: Pick<TopUpAttempt, 'id' | 'actionKey'>): string {
  return `${publicUrl}/top-ups/confirm?${new URLSearchParams({ attempt: id, key: actionKey })}`;
}

/** Whether this is the secret of the attempt's address. */
export function isActionKeyOf({ actionKey }: Pick<TopUpAttempt, 'actionKey'>, key: unknown): boolean {
  return typeof key === 'string' && timingSafeEqual(digest(actionKey), digest(key));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
