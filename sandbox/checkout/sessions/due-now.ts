import { dueOf } from '../../billing/invoices/new-invoice.js';
import { kinds } from '../../kinds/kinds.js';
import type { Tx } from '../../store/database.js';
import { findObject } from '../../store/objects.js';
import type { Session } from './reprice.js';
import { isTrial } from './sold-subscription.js';

/**
 * What is charged when a session is completed now. `amount_total` is that, except where a subscription is sold: its
 * first invoice uses up the customer's credit, or asks for what the customer owes as well. A trial leaves both to the
 * invoice after it. `lock` locks the customer, so that no other payment uses the same credit.
 */
export async function dueNow(tx: Tx, { shown, hidden }: Session, { lock = false } = {}): Promise<number> {
  const totalMinor = shown.amount_total ?? 0;
  const { subscription } = hidden;
  if (subscription === undefined || isTrial({ subscription_data: subscription.data }) || shown.customer === null) {
    return totalMinor;
  }
  const customer = await findObject(tx, kinds.customer, String(shown.customer), { lock });
  return dueOf(totalMinor, customer?.shown.balance ?? 0, shown.currency ?? 'usd');
}
