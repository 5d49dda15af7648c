import { addCredits, type Credits, credits, maxCredits, NO_CREDITS, sumCredits } from '../../kernel/credits.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import { changesIn } from '../mirror/plan-changes.js';
import { highestAt, type InvoiceContext, isAt, type KnownAllowance, wholesAt } from './invoice-context.js';
import { earlier, monthsOf, type Span, shareOf, wholeOf } from './spans.js';
import { unpaidWhole } from './unpaid-whole.js';

/** What a new period cuts off of those that it begins in the middle of, where the money of their rest goes back. */
export interface CutOff {
  at: Date;
  months: readonly KnownAllowance[];
  /** What they gave for the rest of their time. */
  credits: Credits;
}

/**
 * A change of interval, a trial or another anchor begins a new period in the middle of an old one, and Stripe takes the
 * money of the unused time off. The credits for that time stay, or come when the old period is paid, so they are to be
 * taken off what is given next. Without prorations the money is kept, and nothing is cut off. Pure.
 */
export function cutOffBy(invoice: StripeInvoice, context: InvoiceContext): CutOff | undefined {
  const first = invoice.lines.find(({ isProration }) => !isProration);
  if (invoice.reason !== 'update' || first === undefined) return undefined;
  const at = first.startsAt;
  const { months, areAll } = context.credited;
  const named = { at, ...ofMonths(months, at, context) };
  if (areAll && months.length > 0) return named;
  // Where it is not said what was charged for all of it, the one that began last is the one that is cut off.
  const told = toldByHistory(at, invoice, context);
  return told !== undefined && told.credits > named.credits ? told : named;
}

/** Of several that were paid for at once, each gave its own. */
function ofMonths(
  credited: readonly KnownAllowance[],
  at: Date,
  { known }: InvoiceContext,
): Pick<CutOff, 'months' | 'credits'> {
  const months = credited.filter((month) => month.kind !== 'trial' && month.status !== 'canceled' && isAt(month, at));
  const periods = known.filter((month) => month.kind === 'period' && month.status !== 'canceled' && isAt(month, at));
  const rests = [...Map.groupBy(months, ({ endsAt }) => endsAt.getTime()).values()].map((parts) => {
    const [{ endsAt } = { endsAt: at }] = parts;
    const ofPeriods = sumCredits(parts.flatMap((part) => (part.kind === 'period' ? part.allotmentCredits : [])));
    // An upgrade says what all plans give with it.
    const upgraded = highestAt(
      parts.filter(({ kind }) => kind === 'upgrade'),
      at,
    );
    const own = periods.filter((period) => period.endsAt.getTime() === endsAt.getTime());
    const more = maxCredits(NO_CREDITS, credits(upgraded - highestAt(own.length > 0 ? own : periods, at)));
    const startsAt = (own.length > 0 ? own : parts).map((part) => part.startsAt).reduce(earlier);
    return restOf(addCredits(ofPeriods, more), { startsAt, endsAt }, at);
  });
  return { months, credits: sumCredits(rests) };
}

function toldByHistory(at: Date, invoice: StripeInvoice, context: InvoiceContext): CutOff | undefined {
  const cut = changesIn(invoice, context, false).find(
    ({ charged, startsAt, endsAt }) => charged.length === 0 && startsAt <= at && at < endsAt,
  );
  if (cut === undefined || cut.before === NO_CREDITS) return undefined;
  const known = wholesAt(context.known, { startsAt: at, endsAt: new Date(at.getTime() + 1) }).at(-1);
  if (known === undefined) {
    const months = monthsOf(unpaidWhole({ startsAt: at, endsAt: cut.endsAt }, invoice, context));
    const month = months.find(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
    return { at, months: [], credits: month === undefined ? NO_CREDITS : restOf(cut.before, month, at) };
  }
  const months = context.known.filter(
    (month) => month.endsAt.getTime() === known.endsAt.getTime() && month.status !== 'canceled' && isAt(month, at),
  );
  return { at, months, credits: restOf(highestAt(context.known, at), known, at) };
}

/**
 * What is left of what was given for a span, less what its time until an instant is worth. That is rounded down as all
 * that is given, so that switching to and fro gains nothing.
 */
function restOf(given: Credits, span: Span, at: Date): Credits {
  const whole = wholeOf(span);
  const used = shareOf(given, { startsAt: span.startsAt, endsAt: at }, whole);
  return credits(shareOf(given, span, whole) - used);
}
