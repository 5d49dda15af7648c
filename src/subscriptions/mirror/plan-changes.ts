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
export function changesIn(invoice: StripeInvoice, context: InvoiceContext, isTrial: boolean): PlanChange[] {
  const { lines, reason, stripeInvoiceId } = invoice;
  // What a first invoice calls so is the time until its first whole period.
  const prorations = reason === 'create' ? [] : lines.filter(({ isProration }) => isProration);
  const items = byItem(prorations, context);
  const reading = { context, isTrial, stripeInvoiceId };
  return stretchesOf(prorations).map((stretch) => {
    const histories = [...items.values()].map((own) => historyAt(own, stretch.startsAt, reading));
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

/** What lines are read with. */
interface Reading {
  context: InvoiceContext;
  isTrial: boolean;
  /** The invoice that they are of. */
  stripeInvoiceId: string;
}

function historyAt(own: readonly StripeInvoiceLine[], at: Date, reading: Reading): ItemHistory {
  const firstAt = own.map(({ startsAt }) => startsAt).reduce(earlier);
  // Until an item is changed it gives what its first change gives back.
  if (at < firstAt) {
    const first = own.filter(({ startsAt }) => startsAt.getTime() === firstAt.getTime());
    const given = before(readLines(first, reading));
    return { before: given, after: given, charged: [] };
  }
  const covering = own.filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
  const instants = [...Map.groupBy(covering, ({ startsAt }) => startsAt.getTime())].sort(([a], [b]) => a - b);
  const [first] = instants;
  const known = first === undefined ? NO_CREDITS : before(readLines(first[1], reading));
  const last = instants.at(-1)?.[1] ?? [];
  return {
    before: known,
    after: instants.reduce((inForce, [, lines]) => after(readLines(lines, reading), inForce), known),
    charged: last.filter((line) => !isGivenBack(line, reading.context)),
  };
}

/** The allotments that lines about one item and one instant give back and charge. */
interface ItemChange {
  /** Of what another invoice has charged. */
  chargedBefore: readonly Credits[];
  givenBack: readonly Credits[];
  charged: readonly Credits[];
}

function readLines(lines: readonly StripeInvoiceLine[], { context, isTrial, stripeInvoiceId }: Reading): ItemChange {
  const isOfAnother = ({ credited }: StripeInvoiceLine) =>
    credited !== null && credited.stripeInvoiceId !== stripeInvoiceId;
  const back = lines.filter((line) => isGivenBack(line, context));
  const allotments = (some: readonly StripeInvoiceLine[]) => some.map((line) => allotmentOf(line, context, isTrial));
  return {
    chargedBefore: allotments(back.filter(isOfAnother)),
    givenBack: allotments(back.filter((line) => !isOfAnother(line))),
    charged: allotments(lines.filter((line) => !isGivenBack(line, context))),
  };
}

/**
 * Several changes within one second come as one: what is given back of what they charged themselves was not there
 * before. What another invoice charged was, and of a year and a month that were both charged the most was given.
 */
function before({ chargedBefore, givenBack, charged }: ItemChange): Credits {
  const known = [...chargedBefore, ...without(givenBack, charged)];
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
function isGivenBack({ amountMinor, plan, credited }: StripeInvoiceLine, { items }: InvoiceContext): boolean {
  return amountMinor < 0n || credited !== null || (amountMinor === 0n && items.every((item) => item.plan !== plan));
}

/** Where Stripe does not name the item it is the one of that plan, or else the first. */
function itemOf({ stripeItemId, plan }: StripeInvoiceLine, { items }: InvoiceContext): string {
  const named = items.find((item) => item.plan === plan) ?? items[0];
  return stripeItemId ?? named?.stripeItemId ?? '';
}
