import { findProduct } from '../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../catalog/offer.js';
import { ORDER_COLUMNS, type OrderRow, toOrder } from '../checkout/order.js';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import type { StripeSubscription } from '../stripe/billing-objects.js';
import { priceIn } from './plan-change.js';
import type { Subscription, Terms } from './subscription.js';

type Known = Pick<Subscription, 'plan' | 'pendingPlan' | 'terms'>;

interface Agreement {
  accountId: string;
  fetched: StripeSubscription;
  pendingPlan: string | null;
}

/**
 * What the account has agreed to, by plan. What it agreed to stays while it has the plan, whatever becomes of the offer. A
 * plan that it comes to, or back to, is what is offered now, or what its checkout has sold. Writes nothing.
 */
export async function agreedTerms(
  tx: Tx,
  known: Known | undefined,
  { accountId, fetched, pendingPlan }: Agreement,
): Promise<Terms> {
  const terms: Record<string, Offer> = { ...known?.terms };
  for (const plan of new Set([fetched.plan, pendingPlan])) {
    if (plan === null) continue;
    const offered = await offeredTerms(tx, plan);
    if (isAgreed(plan, { known, offered, fetched })) continue;
    const sold = known === undefined ? await soldTerms(tx, { accountId, fetched, plan, offered }) : undefined;
    const agreed = sold ?? offered;
    invariant(agreed !== undefined, `plan ${plan} is in the catalogue`);
    terms[plan] = agreed;
  }
  return terms;
}

/**
 * Whether the terms that are known of a plan are still the ones that it is paid by. Who has changed to the price of another
 * offer of the same plan has agreed to that offer. Pure.
 */
export function isAgreed(
  plan: string,
  {
    known,
    offered,
    fetched: { plan: current, scheduled, currency, unitAmountMinor },
  }: {
    known: Known | undefined;
    offered: Offer | undefined;
    fetched: Pick<StripeSubscription, 'plan' | 'scheduled' | 'currency' | 'unitAmountMinor'>;
  },
): boolean {
  const agreed = known?.terms[plan];
  if (agreed === undefined) return false;
  if (plan !== known?.plan && plan !== known?.pendingPlan) return false;
  const paysMinor = plan === current ? unitAmountMinor : (scheduled?.unitAmountMinor ?? null);
  const isFor = (offer: Offer | undefined) =>
    offer !== undefined && paysMinor !== null && BigInt(priceIn(offer, currency)?.amountMinor ?? -1) === paysMinor;
  return isFor(agreed) || !isFor(offered);
}

async function offeredTerms(tx: Tx, plan: string): Promise<Offer | undefined> {
  const product = await findProduct(tx, plan);
  return product === null ? undefined : offerOf(product);
}

/** What the checkout that began the subscription has sold. */
async function soldTerms(
  tx: Tx,
  {
    accountId,
    fetched: { orderId },
    plan,
    offered,
  }: { accountId: string; fetched: StripeSubscription; plan: string; offered: Offer | undefined },
): Promise<Offer | undefined> {
  if (orderId === null || offered === undefined) return undefined;
  const [row]: OrderRow[] = await tx.query(
    `select ${ORDER_COLUMNS} from orders where id = $1 and account_id = $2 and product_key = $3`,
    [orderId, accountId, plan],
  );
  return row === undefined ? undefined : { ...offered, ...toOrder(row).product };
}
