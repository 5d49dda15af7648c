import { type Credits, maxCredits, minCredits, NO_CREDITS, sumCredits } from '../../kernel/credits.js';
import type { StripeInvoice, StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';
import { allotmentOf, type InvoiceContext } from '../allowances/invoice-context.js';
import { earlier, type Span } from '../allowances/spans.js';

/** What an invoice says of a stretch of time: from one change to the next, or to where what is charged for one ends. */
export interface PlanChange extends Span {
  /** What is charged for it; none where something was only taken away. */
  charged: readonly StripeInvoiceLine[];
  /** What all plans together gave a month before all of it, and give then; on trial what the trial does. */
  before: Credits;
  after: Credits;
  /** What of both those give that it says nothing of. */
  others: Credits;
}

/**
 * The stretches of time that an invoice charges anew or gives back, oldest first. For each instant the lines that cover
 * it are its history: a year that was left without its money is given back together with the month that came after it.
 * Lines name the items that were changed; what the others give is taken from the subscription as it is. Pure.
 */
export function changesIn({ lines, reason }: StripeInvoice, context: InvoiceContext, isTrial: boolean): PlanChange[] {
  // What a first invoice calls so is the time until its first whole period.
  const prorations = reason === 'create' ? [] : lines.filter(({ isProration }) => isProration);
  const items = byItem(prorations, context);
  return stretchesOf(prorations).map((stretch) => {
    const histories = [...items.values()].map((own) => historyAt(own, stretch.startsAt, context, isTrial));
    const untouched = context.items.filter(
      ({ stripeItemId, addedAt }) => !items.has(stripeItemId) && addedAt <= stretch.startsAt,
    );
    const others = sumCredits(untouched.map((item) => allotmentOf(item, context, isTrial)));
    return {
      ...stretch,
      charged: histories.flatMap(({ charged }) => charged),
      before: sumCredits([others, ...histories.map(({ before }) => before)]),
      after: sumCredits([others, ...histories.map(({ after }) => after)]),
      others,
    };
  });
}

function stretchesOf(spans: readonly Span[]): Span[] {
  const bounds = [...new Set(spans.flatMap(({ startsAt, endsAt }) => [startsAt.getTime(), endsAt.getTime()]))]
    .sort((a, b) => a - b)
    .map((ms) => new Date(ms));
  return bounds.flatMap((endsAt, index) => {
    const startsAt = bounds[index - 1];
    return startsAt === undefined ? [] : { startsAt, endsAt };
  });
}

/** What an item gave at an instant before it was changed, what it gives after all, and what charges for that. */
interface ItemHistory {
  before: Credits;
  after: Credits;
  charged: readonly StripeInvoiceLine[];
}

function historyAt(
  own: readonly StripeInvoiceLine[],
  at: Date,
  context: InvoiceContext,
  isTrial: boolean,
): ItemHistory {
  const firstAt = own.map(({ startsAt }) => startsAt).reduce(earlier);
  // Until an item is changed it gives what its first change gives back.
  if (at < firstAt) {
    const first = own.filter(({ startsAt }) => startsAt.getTime() === firstAt.getTime());
    const given = before(readLines(first, context, isTrial));
    return { before: given, after: given, charged: [] };
  }
  const covering = own.filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
  const instants = [...Map.groupBy(covering, ({ startsAt }) => startsAt.getTime())].sort(([a], [b]) => a - b);
  const [first] = instants;
  const known = first === undefined ? NO_CREDITS : before(readLines(first[1], context, isTrial));
  const last = instants.at(-1)?.[1] ?? [];
  return {
    before: known,
    after: instants.reduce((inForce, [, lines]) => after(readLines(lines, context, isTrial), inForce), known),
    charged: last.filter((line) => !isGivenBack(line, context)),
  };
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
