import type Stripe from 'stripe';
import { invalidRequest } from '../api/errors.js';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import type { Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';

/**
 * Takes a lookup key for a price that is about to be saved: from nobody, or with `transfer` from the price that has it.
 */
export async function claimLookupKey(work: Work, key: string, transfer: boolean): Promise<void> {
  await work.tx.query('select pg_advisory_xact_lock(hashtext($1))', [`sandbox-lookup-key:${key}`]);
  const [holder] = await work.tx.query<Stored<Stripe.Price>>(
    `select shown, hidden
     from sandbox.objects
     where kind = $1 and shown ->> 'lookup_key' = $2
     for no key update`,
    [kinds.price.name, key],
  );
  if (holder === undefined) return;
  if (!transfer) {
    throw invalidRequest(`A price (\`${holder.shown.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
  }
  const shown = { ...holder.shown, lookup_key: null };
  await saveChange(work, holder.shown, { ...holder, shown }, 'price.updated');
}
