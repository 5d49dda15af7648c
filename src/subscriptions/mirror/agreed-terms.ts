import { findProduct } from '../../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../../catalog/offer.js';
import type { Tx } from '../../database/database.js';
import { invariant } from '../../kernel/invariant.js';
import { findOrder } from '../../orders/orders.queries.js';
import type { StripeSubscription } from '../../stripe/objects/billing-objects.js';
import { priceIn } from '../changes/plan-change.js';
import type { HeldPlan, Terms } from './held-plan.js';
import type { Subscription } from './subscription.entity.js';

type Known = Pick<Subscription, 'items' | 'pendingPlan' | 'terms'>;

interface Agreement {
  accountId: string;
  fetched: StripeSubscription;
  held: readonly HeldPlan[];
  pendingPlan: string | null;
}

/**
 * What the account has agreed to, by plan. What it agreed to stays while it has the plan, whatever becomes of the
 * offer. A plan that it comes to, or back to, is what is offered now, or what its checkout has sold. Writes nothing.
 */
export async function agreedTerms(
  tx: Tx,
  known: Known | undefined,
  { accountId, fetched, held, pendingPlan }: Agreement,
): Promise<Terms> {
  const terms: Record<string, Offer> = { ...known?.terms };
  const { scheduled, currency } = fetched;
  for (const plan of new Set([...held.map((item) => item.plan), ...(pendingPlan === null ? [] : [pendingPlan])])) {
    const offered = await offeredTerms(tx, plan);
    if (isAgreed(plan, { known, offered, paid: paidFor(plan, { held, scheduled, currency }) })) continue;
    const sold = known === undefined ? await soldTerms(tx, { accountId, fetched, plan, offered }) : undefined;
    const agreed = sold ?? offered;
    invariant(agreed !== undefined, `plan ${plan} is in the catalogue`);
    terms[plan] = agreed;
  }
  return terms;
}

/**
 * Whether the terms that are known of a plan are still the ones that it is paid by. Who has changed to the price of
 * another offer of the same plan has agreed to that offer. Pure.
 */
export function isAgreed(
  plan: string,
  { known, offered, paid }: { known: Known | undefined; offered: Offer | undefined; paid: Paid },
): boolean {
  const agreed = known?.terms[plan];
  if (agreed === undefined) return false;
  if (known?.items.every((item) => item.plan !== plan) && plan !== known.pendingPlan) return false;
  const { unitAmountMinor, currency } = paid;
  const isFor = (offer: Offer | undefined) =>
    offer !== undefined && unitAmountMinor !== null && priceIn(offer, currency)?.amountMinor === unitAmountMinor;
  return isFor(agreed) || !isFor(offered);
}

/** What is paid for one of a plan, or will be. */
interface Paid {
  unitAmountMinor: number | null;
  currency: string;
}

function paidFor(
  plan: string,
  { held, scheduled, currency }: Pick<Agreement, 'held'> & Pick<StripeSubscription, 'scheduled' | 'currency'>,
): Paid {
  const now = held.find((item) => item.plan === plan);
  const then = scheduled?.items.find((item) => item.plan === plan)?.unitAmountMinor ?? null;
  return { unitAmountMinor: now?.unitAmountMinor ?? (then === null ? null : Number(then)), currency };
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
  const order = await findOrder(tx, orderId);
  const isSale = order !== undefined && order.accountId === accountId && order.productKey === plan;
  return isSale ? { ...offered, ...order.product } : undefined;
}
