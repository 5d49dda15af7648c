import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type HiddenCharge, kinds } from '../kinds/kinds.js';
import type { Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { isClosed } from './standing.js';

export interface LockedDispute {
  charge: Stored<Stripe.Charge, HiddenCharge>;
  dispute: Stored<Stripe.Dispute>;
}

/** A dispute with its charge. Locks the charge, then the dispute. */
export async function lockDispute(work: Work, id: string): Promise<LockedDispute> {
  const found = await need(work, kinds.dispute, id);
  const charge = await need(work, kinds.charge, String(found.shown.charge), { lock: true });
  return { charge, dispute: await need(work, kinds.dispute, id, { lock: true }) };
}

/** The same, or Stripe's refusal when nothing can change in it any more. */
export async function lockOpenDispute(work: Work, id: string): Promise<LockedDispute> {
  const locked = await lockDispute(work, id);
  if (isClosed(locked.dispute.shown)) throw invalidRequest('This dispute is already closed');
  return locked;
}
