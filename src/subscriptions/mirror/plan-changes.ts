import { type Credits, maxCredits, minCredits, NO_CREDITS, sumCredits } from '../../kernel/credits.js';
import type { StripeInvoice, StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';
import { allotmentOf, type InvoiceContext } from '../allowances/invoice-context.js';

/** What an invoice says of one instant at which the subscription was changed. */
export interface PlanChange {
  at: Date;
  /** Until when it is charged. */
  endsAt: Date;
  /** What is charged from then on; none where something was only taken away. */
  charged: readonly StripeInvoiceLine[];
  /** What all plans together gave a month before it, and give from then on; on trial what the trial does. */
  before: Credits;
  after: Credits;
}

/**
 * The changes that an invoice charges for, oldest first. Lines name the items that were changed; what the others give
 * is taken from the subscription as it is. Pure.
 */
export function changesIn({ lines, reason }: StripeInvoice, context: InvoiceContext, isTrial: boolean): PlanChange[] {
  // What a first invoice calls so is the time until its first whole period.
  const prorations = reason === 'create' ? [] : lines.filter(({ isProration }) => isProration);
  const instants = [...Map.groupBy(prorations, ({ startsAt }) => startsAt.getTime())].sort(([a], [b]) => a - b);
  const inForce = inForceBefore(instants, context, isTrial);
  return instants.map(([ms, atOnce]) => {
    const at = new Date(ms);
    const others = untouchedBy(prorations, at, context).map((item) => allotmentOf(item, context, isTrial));
    const before = sumCredits([...inForce.values(), ...others]);
    for (const [item, lines] of byItem(atOnce, context))
      inForce.set(item, after(readLines(lines, context, isTrial), inForce.get(item) ?? NO_CREDITS));
    return {
      at,
      endsAt: new Date(Math.max(...atOnce.map((line) => line.endsAt.getTime()))),
      charged: atOnce.filter((line) => !isGivenBack(line, context)),
      before,
      after: sumCredits([...inForce.values(), ...others]),
    };
  });
}

/** Of each item that is changed at any instant, what it gave before the first. */
function inForceBefore(
  instants: readonly [number, StripeInvoiceLine[]][],
  context: InvoiceContext,
  isTrial: boolean,
): Map<string, Credits> {
  const inForce = new Map<string, Credits>();
  for (const [, atOnce] of instants)
    for (const [item, lines] of byItem(atOnce, context))
      if (!inForce.has(item)) inForce.set(item, before(readLines(lines, context, isTrial)));
  return inForce;
}

/** The allotments that lines about one item and one instant give back and charge. */
interface ItemChange {
  givenBack: readonly Credits[];
  charged: readonly Credits[];
}

function readLines(lines: readonly StripeInvoiceLine[], context: InvoiceContext, isTrial: boolean): ItemChange {
  const allotments = (wanted: boolean) =>
    lines.filter((line) => isGivenBack(line, context) === wanted).map((line) => allotmentOf(line, context, isTrial));
  return { givenBack: allotments(true), charged: allotments(false) };
}

/**
 * Several changes within one second come as one: what is given back of what they charged themselves was not there
 * before.
 */
function before({ givenBack, charged }: ItemChange): Credits {
  const known = without(givenBack, charged);
  if (known.length > 0) return known.reduce(maxCredits);
  return givenBack.length === 0 ? NO_CREDITS : givenBack.reduce(minCredits);
}

function after({ givenBack, charged }: ItemChange, known: Credits): Credits {
  const added = without(charged, givenBack);
  if (added.length > 0) return added.reduce(maxCredits);
  return charged.length === 0 ? NO_CREDITS : known;
}

function without(amounts: readonly Credits[], others: readonly Credits[]): Credits[] {
  const left = [...others];
  return amounts.filter((amount) => {
    const index = left.indexOf(amount);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function byItem(lines: readonly StripeInvoiceLine[], context: InvoiceContext): Map<string, StripeInvoiceLine[]> {
  return Map.groupBy(lines, (line) => itemOf(line, context));
}

/** Where all of it costs nothing, what is held now is what is charged. */
export function isGivenBack({ amountMinor, plan }: StripeInvoiceLine, { items }: InvoiceContext): boolean {
  return amountMinor < 0n || (amountMinor === 0n && items.every((item) => item.plan !== plan));
}

/** Where Stripe does not name the item it is the one of that plan, or else the first. */
function itemOf({ stripeItemId, plan }: StripeInvoiceLine, { items }: InvoiceContext): string {
  const named = items.find((item) => item.plan === plan) ?? items[0];
  return stripeItemId ?? named?.stripeItemId ?? '';
}

function untouchedBy(prorations: readonly StripeInvoiceLine[], at: Date, context: InvoiceContext) {
  const touched = new Set(prorations.map((line) => itemOf(line, context)));
  return context.items.filter(({ stripeItemId, addedAt }) => !touched.has(stripeItemId) && addedAt <= at);
}
