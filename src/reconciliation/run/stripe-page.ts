import type { Listed } from '../../stripe/objects/listed-objects.js';
import type { Reconciliation } from '../reconciliation.js';
import type { Step } from './phase.js';

/** Behind which object of Stripe's the phase goes on; null at its beginning. */
export function cursorOf({ cursor }: Reconciliation): string | null {
  return typeof cursor === 'string' ? cursor : null;
}

/** Lists come newest first, so the time of the last object says how much of the window is done. */
export function stepBehind(
  { from, to }: Reconciliation,
  { next, reachedAt }: Listed<unknown>,
): Pick<Step, 'cursor' | 'share'> {
  if (next === null) return { cursor: 'over', share: 1 };
  const reached = reachedAt ?? from;
  return { cursor: next, share: (to.getTime() - reached.getTime()) / (to.getTime() - from.getTime()) };
}
