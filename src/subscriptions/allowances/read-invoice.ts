import { findProduct } from '../../catalog/catalog.queries.js';
import { type Offer, offerOf } from '../../catalog/offer.js';
import type { Tx } from '../../database/database.js';
import { NO_CREDITS, sumCredits } from '../../kernel/credits.js';
import { moneyOfSubscription } from '../../orders/orders.queries.js';
import { addQuantity, NO_QUANTITY, type Quantity } from '../../rating/pricing/quantity.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { type Carried, carriedOf } from '../subscriptions.store.js';
import type { Allowance } from './allowance.entity.js';
import { allowancesOf } from './allowances.store.js';
import { asCharged, creditedMonths, monthsCredited } from './as-charged.js';
import type { KnownAllowance, PlanTerms } from './invoice-context.js';
import { type LesserAllowance, monthsTakenOff } from './months-taken-off.js';
import { type PlannedInvoice, planInvoice } from './plan-allowances.js';

/** What an invoice is about: what it gives, and the terms of every plan that it names. */
export interface ReadInvoice extends Pick<PlannedInvoice, 'allowances' | 'carried' | 'carriedIncluded'> {
  offers: ReadonlyMap<string, Offer>;
  /** What it gives the money back for. */
  takenOff: LesserAllowance[];
  /** The months that it begins a new period in the middle of. */
  cutOff: { at: Date; ids: string[] } | undefined;
}

/**
 * Reads an invoice by what was agreed to, and what was paid and given before. What is paid after it says nothing, since
 * it may not have been heard of. Writes nothing.
 */
export async function readInvoice(
  tx: Tx,
  subscription: Subscription,
  stated: StripeInvoice,
  paidBefore: readonly StripeInvoice[],
): Promise<ReadInvoice> {
  const invoice = asCharged(stated, paidBefore);
  const offers = await offersFor(tx, subscription, invoice);
  const known = await knownAllowances(tx, subscription.stripeSubscriptionId);
  const context = {
    ...subscription,
    ...{ termsOf: (plan: string) => termsOf(offers.get(plan)), known },
    credited: creditedMonths(known, invoice, paidBefore),
    ...(await carriedOf(tx, subscription.stripeSubscriptionId)),
  };
  const takenOff = monthsTakenOff(monthsCredited(known, invoice, paidBefore), invoice, context);
  // What is taken off is not cut off as well.
  const still = withLess(known, takenOff);
  const { allowances, cutOff, carried, carriedIncluded } = planInvoice(invoice, context, {
    ...context,
    known: still,
    credited: creditedMonths(still, invoice, paidBefore),
    ...withUncovered(context, takenOff),
  });
  const ids = still.filter((one) => cutOff?.months.includes(one)).map(({ id }) => id);
  return { offers, allowances, takenOff, carried, carriedIncluded, cutOff: cutOff && { at: cutOff.at, ids } };
}

/** What is carried once months were taken off: also what these would not have given or included again. */
export function withUncovered<T extends Carried>(
  { carried, carriedIncluded }: T,
  takenOff: readonly LesserAllowance[],
) {
  const included = new Map(carriedIncluded);
  for (const { uncoveredIncluded = new Map<string, Quantity>() } of takenOff)
    for (const [key, quantity] of uncoveredIncluded)
      included.set(key, addQuantity(included.get(key) ?? NO_QUANTITY, quantity));
  const uncovered = takenOff.map((month) => month.uncovered ?? NO_CREDITS);
  return { carried: sumCredits([carried, ...uncovered]), carriedIncluded: included };
}

function withLess<T extends LesserAllowance>(known: readonly T[], takenOff: readonly LesserAllowance[]): T[] {
  const lesser = new Map(takenOff.map((month) => [month.id, month]));
  return known.map((one) => {
    const { allotmentCredits, credits, included } = { ...one, ...lesser.get(one.id) };
    return { ...one, allotmentCredits, credits, included };
  });
}

interface PaidBack {
  of: StripeInvoice;
  by: StripeInvoice;
  /** Before the invoice that is paid back: `by` is one of them. */
  paidBefore: readonly StripeInvoice[];
}

/** What of one invoice's months another one, paid before it, has given the money back for. Writes nothing. */
export async function readPaidBack(
  tx: Tx,
  subscription: Subscription,
  { of, by: stated, paidBefore }: PaidBack,
): Promise<LesserAllowance[]> {
  const known = [of, ...paidBefore];
  const by = asCharged(stated, known);
  const offers = await offersFor(tx, subscription, by);
  const own = (await knownAllowances(tx, subscription.stripeSubscriptionId))
    .filter(({ stripeInvoiceId }) => stripeInvoiceId === of.stripeInvoiceId)
    // As if it had been paid when it was made.
    .map((allowance) => ({ ...allowance, paidAt: of.createdAt }));
  return monthsTakenOff(monthsCredited(own, by, known), by, {
    ...subscription,
    termsOf: (plan) => termsOf(offers.get(plan)),
    known: own,
    credited: { months: own, areAll: true },
    carried: NO_CREDITS,
  });
}

/** The terms of every plan that the invoice names: those that were agreed to, or else those that are offered now. */
async function offersFor(
  tx: Tx,
  { terms, plan, items }: Subscription,
  invoice: StripeInvoice,
): Promise<Map<string, Offer>> {
  const offers = new Map<string, Offer>();
  for (const named of new Set([
    plan,
    ...items.map((item) => item.plan),
    ...invoice.lines.flatMap((line) => line.plan ?? []),
  ])) {
    const product = terms[named] === undefined ? await findProduct(tx, named) : null;
    const offer = terms[named] ?? (product === null ? undefined : offerOf(product));
    if (offer !== undefined) offers.set(named, offer);
  }
  return offers;
}

function termsOf(offer: Offer | undefined): PlanTerms | undefined {
  if (offer === undefined || offer.interval === null) return undefined;
  const { credits, trialCredits, rollover, included } = offer;
  return { credits, trialCredits, rollover, included };
}

async function knownAllowances(tx: Tx, stripeSubscriptionId: string): Promise<(Allowance & KnownAllowance)[]> {
  const allowances = await allowancesOf(tx, stripeSubscriptionId);
  const orders = await moneyOfSubscription(tx, stripeSubscriptionId);
  const isReturned = new Set(orders.filter(({ status }) => status === 'refunded').map(({ id }) => id));
  return allowances.map((allowance) => ({ ...allowance, isReturned: isReturned.has(allowance.orderId) }));
}
