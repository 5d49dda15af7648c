import { addMonths } from '../../kernel/clock.js';
import {
  addCredits,
  type Credits,
  credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
} from '../../kernel/credits.js';
import type { StripeInvoice, StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';
import { changesIn, type PlanChange } from '../mirror/plan-changes.js';
import type { NewAllowance } from './allowance.entity.js';
import { allotmentOf, highestAt, type InvoiceContext, isInTrial, type Whole, wholesAt } from './invoice-context.js';
import { earlier, later, monthsBefore, monthsOf, type Span, shareOf, wholeOf } from './spans.js';

type Unpriced = Omit<NewAllowance, 'costBasisMinor'>;
type PlanLine = StripeInvoiceLine & { plan: string };

/**
 * What a paid invoice gives. A span of time that is paid for gives the plan's credits for each of its months, however
 * long the price makes it; a change in the middle of one gives what all plans have more than was given already, for the
 * time that it was charged for. Pure.
 */
export function planAllowances(invoice: StripeInvoice, context: InvoiceContext): NewAllowance[] {
  if (invoice.reason === 'other') return [];
  const given = [...changeAllowances(invoice, context), ...periodAllowances(invoice, context)];
  return withCostBasis(given, invoice.paidMinor);
}

function periodAllowances(invoice: StripeInvoice, context: InvoiceContext): Unpriced[] {
  let carried = carriedInto(invoice, context);
  return periodLines(invoice, context).flatMap((line) => {
    const isTrial = line.amountMinor === 0n && isInTrial(line, context);
    const allotment = allotmentOf(line, context, isTrial);
    const spans = isTrial ? [{ startsAt: line.startsAt, endsAt: line.endsAt, whole: line }] : monthsOf(line);
    return spans.map(({ startsAt, endsAt, whole }, month) => {
      const full = shareOf(allotment, { startsAt, endsAt }, whole);
      const less = month === 0 ? minCredits(carried, full) : NO_CREDITS;
      carried = subtractCredits(carried, less);
      return {
        stripeLineId: line.stripeLineId,
        month,
        kind: isTrial ? ('trial' as const) : ('period' as const),
        plan: line.plan,
        allotmentCredits: allotment,
        credits: subtractCredits(full, less),
        rollover: isTrial ? null : rolloverOf(line, context),
        startsAt,
        endsAt,
      };
    });
  });
}

/** The lines that pay for time of a plan. A first invoice may also have the time until the first whole period. */
function periodLines({ lines, reason }: StripeInvoice, { termsOf }: InvoiceContext): PlanLine[] {
  return lines
    .filter(({ isProration, amountMinor }) => !isProration || (reason === 'create' && amountMinor > 0n))
    .flatMap((line) => (line.plan === null || termsOf(line.plan) === undefined ? [] : { ...line, plan: line.plan }));
}

/**
 * A change of interval begins a new period in the middle of an old one, and Stripe takes the money of the unused time
 * off. The credits for that time stay, or come when the old period is paid, so they are taken off as well.
 */
function carriedInto(invoice: StripeInvoice, context: InvoiceContext): Credits {
  const [first] = periodLines(invoice, context);
  if (invoice.reason !== 'update' || first === undefined) return NO_CREDITS;
  const at = first.startsAt;
  const cut = changesIn(invoice, context, false).find(
    ({ charged, startsAt, endsAt }) => charged.length === 0 && startsAt <= at && at < endsAt,
  );
  if (cut === undefined || cut.before === NO_CREDITS) return NO_CREDITS;
  const known = wholesAt(context.known, { startsAt: at, endsAt: new Date(at.getTime() + 1) }).at(-1);
  const whole = known ?? unpaidWhole({ startsAt: at, endsAt: cut.endsAt }, invoice, context);
  const given = known === undefined ? cut.before : highestAt(context.known, at);
  return shareOf(given, { startsAt: at, endsAt: whole.endsAt }, wholeOf(whole));
}

/**
 * For each change `floor((all plans now - highest already granted) x share of the month)`, never below zero, month by
 * month, from the change until the next one. The period itself may not be paid yet: then what it was before the changes
 * counts as granted, since the payment of the period will grant it. Plans that the invoice does not name count as far
 * as they were granted: what they give without having been paid for comes with the next period.
 */
function changeAllowances(invoice: StripeInvoice, context: InvoiceContext): Unpriced[] {
  const changes = changesIn(invoice, context, false);
  const onTrial = changesIn(invoice, context, true);
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const span = { startsAt: first.startsAt, endsAt: last.endsAt };
  const paid = wholesAt(context.known, span);
  const wholes = paid.length > 0 ? paid : unpaidWholes(span, invoice, context);
  return changes
    .flatMap((change, index) => {
      const line = biggestOf(change, context);
      if (line === undefined) return [];
      return wholes.flatMap((whole, position) => {
        const { isTrial } = whole;
        const of = isTrial ? (onTrial[index] ?? change) : change;
        // One that was begun before this one is over stands in its place.
        const over = earlier(whole.endsAt, wholes[position + 1]?.startsAt ?? whole.endsAt);
        const part = { startsAt: later(whole.startsAt, change.startsAt), endsAt: earlier(over, change.endsAt) };
        if (part.startsAt >= part.endsAt) return [];
        const toCome = paid.length > 0 ? NO_CREDITS : of.before;
        const given = maxCredits(toCome, highestAt(context.known, part.startsAt));
        const more = moreThan(given, of);
        const amount = shareOf(more, part, wholeOf(whole));
        const allotment = minCredits(addCredits(given, more), of.after);
        return placed({ line, allotment, whole, part, amount, isTrial }, invoice, context);
      });
    })
    .map(withMonth());
}

/** What a change gives more than was given, of which the plans that it does not name may not have been paid for. */
function moreThan(given: Credits, { before, after, others }: PlanChange): Credits {
  const ofOthers = minCredits(others, atLeastNone(given - (before - others)));
  return atLeastNone(after - others + ofOthers - given);
}

function atLeastNone(amount: bigint): Credits {
  return maxCredits(NO_CREDITS, credits(amount));
}

interface Share {
  line: PlanLine;
  /** What all plans give with it. */
  allotment: Credits;
  whole: Span;
  part: Span;
  amount: Credits;
  isTrial: boolean;
}

/**
 * What a change gives can be spent until the month ends that it was made in. One that is charged with the next period
 * comes when that month is over, or nearly, so it is given with that period and for all of it, and says nothing of what
 * the period gives. A month of a year that was left without its money may reach beyond the period's beginning.
 */
function placed(
  { line, allotment, whole, part, amount, isTrial }: Share,
  invoice: StripeInvoice,
  context: InvoiceContext,
): Omit<Unpriced, 'month'>[] {
  const isLate = invoice.reason === 'cycle';
  if (isLate && amount === NO_CREDITS) return [];
  const isToItsEnd = part.endsAt >= whole.endsAt;
  return [
    {
      stripeLineId: line.stripeLineId,
      kind: isTrial ? 'trial' : 'upgrade',
      plan: line.plan,
      allotmentCredits: isLate || !isToItsEnd ? NO_CREDITS : allotment,
      credits: amount,
      rollover: isTrial ? null : rolloverOf(line, context),
      ...(isLate
        ? nextPeriod(invoice, whole)
        : { startsAt: part.startsAt, endsAt: earlier(whole.endsAt, line.endsAt) }),
    },
  ];
}

function nextPeriod({ lines }: StripeInvoice, { endsAt }: Span): Span {
  const next = lines.find(({ isProration }) => !isProration);
  return next === undefined
    ? { startsAt: endsAt, endsAt: addMonths(endsAt, 1) }
    : { startsAt: next.startsAt, endsAt: next.endsAt };
}

/** Counts what each line gives. */
function withMonth(): (allowance: Omit<Unpriced, 'month'>) => Unpriced {
  const counts = new Map<string, number>();
  return (allowance) => {
    const month = counts.get(allowance.stripeLineId) ?? 0;
    counts.set(allowance.stripeLineId, month + 1);
    return { ...allowance, month };
  };
}

/** What is given for a change of several items at once stands with the biggest of them. */
function biggestOf({ charged }: PlanChange, context: InvoiceContext): PlanLine | undefined {
  return charged
    .flatMap((line) =>
      line.plan === null || context.termsOf(line.plan) === undefined ? [] : { ...line, plan: line.plan },
    )
    .sort((a, b) => Number(allotmentOf(b, context, false) - allotmentOf(a, context, false)))[0];
}

/** The months that the rest of a period that is not paid yet reaches into. */
function unpaidWholes(span: Span, invoice: StripeInvoice, context: InvoiceContext): Whole[] {
  return monthsOf(unpaidWhole(span, invoice, context))
    .filter(({ endsAt }) => endsAt > span.startsAt)
    .map((month) => ({ ...month, isTrial: isInTrial(month, context) }));
}

/**
 * It began when the subscription says, or the invoice. An invoice that begins another period in its middle may speak of
 * that one, and so does the subscription by then. Then it began where the one before it ended, or, since that may be
 * long ago or not be known, whole months before its own end: whatever is latest. Months that were never given had no
 * end.
 */
function unpaidWhole(
  { startsAt, endsAt }: Span,
  { changesSince, lines }: StripeInvoice,
  { known, periodStart }: InvoiceContext,
): Span {
  const begun = lines.filter(({ isProration }) => !isProration).map((line) => line.startsAt.getTime());
  const told = [periodStart, changesSince].filter((at) => at <= startsAt && !begun.includes(at.getTime()));
  if (told.length > 0) return { startsAt: told.reduce(later), endsAt };
  const ends = known
    .filter(({ kind, status }) => kind !== 'upgrade' && status !== 'canceled')
    .map((before) => before.endsAt)
    .filter((at) => at <= startsAt);
  return { startsAt: ends.reduce(later, monthsBefore(endsAt, startsAt)), endsAt };
}

function rolloverOf({ plan }: PlanLine, { termsOf }: InvoiceContext) {
  return termsOf(plan)?.rollover ?? null;
}

/** Spreads what was charged over what was given, by credits; what does not divide goes to the first. */
function withCostBasis(given: readonly Unpriced[], paidMinor: bigint): NewAllowance[] {
  const total = given.reduce((sum, allowance) => sum + allowance.credits, 0n);
  const shares = given.map((allowance) => (total === 0n ? 0n : (paidMinor * allowance.credits) / total));
  const left = total === 0n ? 0n : paidMinor - shares.reduce((sum, share) => sum + share, 0n);
  return given.map((allowance, index) => ({
    ...allowance,
    costBasisMinor: (shares[index] ?? 0n) + (index === 0 ? left : 0n),
  }));
}
