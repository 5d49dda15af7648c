import { addMonths } from '../../kernel/clock.js';
import {
  addCredits,
  type Credits,
  credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../../kernel/credits.js';
import type { Quantity } from '../../rating/pricing/quantity.js';
import type { StripeInvoice, StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';
import { changesIn, type PlanChange } from '../mirror/plan-changes.js';
import type { NewAllowance } from './allowance.entity.js';
import { type CutOff, cutOffBy } from './cut-off.js';
import type { CarriedIncluded } from './included-share.js';
import { type IncludedUnit, inUnit, unitsOf, withShares } from './included-units.js';
import {
  allotmentOf,
  highestAt,
  type InvoiceContext,
  isInTrial,
  isTrialLine,
  triedBefore,
  type Whole,
  wholesAt,
} from './invoice-context.js';
import { earlier, later, monthsOf, type Span, shareOf, wholeOf } from './spans.js';
import { unpaidWhole } from './unpaid-whole.js';

type Unpriced = Omit<NewAllowance, 'costBasisMinor'>;
type PlanLine = StripeInvoiceLine & { plan: string };

/** What is to come of a paid invoice. */
export interface PlannedInvoice {
  allowances: NewAllowance[];
  cutOff: CutOff | undefined;
  /** What its periods could not take off, for the next one. */
  carried: Credits;
  carriedIncluded: CarriedIncluded;
}

/** What an invoice gives of credits, or of what is included as if it were credits. */
interface PlannedAmounts extends Pick<PlannedInvoice, 'cutOff' | 'carried'> {
  changes: Omit<Unpriced, 'month'>[];
  periods: Unpriced[];
}

/**
 * What a paid invoice gives. A span of time that is paid for gives the plan's credits for each of its months, however
 * long the price makes it; a change in the middle of one gives what all plans have more than was given already, for the
 * time that it was charged for. What was given for time that is cut off and paid back, or was before, is not given
 * again: the periods that come next take it off, month by month, until all of it is. All of that holds of what plans
 * include as well. `still` says what is left of the months that the invoice takes off. Pure.
 */
export function planInvoice(invoice: StripeInvoice, context: InvoiceContext, still = context): PlannedInvoice {
  const { carried, carriedIncluded = new Map() } = context;
  if (invoice.reason === 'other') return { allowances: [], cutOff: undefined, carried, carriedIncluded };
  const ofCredits = planAmounts(invoice, context, still);
  const ofUnits = unitsOf(invoice, context).map((unit) => {
    const stillInUnit = inUnit(still, unit);
    return { unit, stillInUnit, ...planAmounts(invoice, inUnit(context, unit), stillInUnit) };
  });
  const changes = withShares(
    ofCredits.changes,
    ofUnits.map((of) => ({ unit: of.unit, planned: of.changes })),
  );
  const periods = withShares(
    ofCredits.periods,
    ofUnits.map((of) => ({ unit: of.unit, planned: of.periods })),
  );
  const given = [...changes.filter((change) => isGiven(change, invoice)).map(withMonth()), ...periods];
  const { cutOff } = ofCredits;
  const cutMonths = ofUnits.flatMap(
    (of) => of.cutOff?.months.map((month) => of.stillInUnit.known.indexOf(month)) ?? [],
  );
  const months = new Set([...(cutOff?.months ?? []), ...cutMonths.flatMap((place) => still.known[place] ?? [])]);
  return {
    allowances: withCostBasis(given, invoice.paidMinor),
    cutOff: cutOff && { ...cutOff, months: [...months] },
    carried: ofCredits.carried,
    carriedIncluded: new Map(ofUnits.flatMap(carriedInUnit)),
  };
}

function carriedInUnit({ unit: { key, step }, carried }: { unit: IncludedUnit; carried: Credits }) {
  return carried === NO_CREDITS ? [] : [[key, (carried * step) as Quantity] as const];
}

function planAmounts(invoice: StripeInvoice, context: InvoiceContext, still: InvoiceContext): PlannedAmounts {
  const cutOff = cutOffBy(invoice, still);
  const carried = addCredits(still.carried, cutOff?.credits ?? NO_CREDITS);
  const periods = periodAllowances(invoice, context, carried);
  const covered = sumCredits(periods.map(({ coveredCredits }) => coveredCredits));
  return { changes: changeAllowances(invoice, context), periods, cutOff, carried: subtractCredits(carried, covered) };
}

/** One that is charged late says nothing but what it gives. */
function isGiven({ credits: amount, included }: Omit<Unpriced, 'month'>, { reason }: StripeInvoice): boolean {
  return reason !== 'cycle' || amount > NO_CREDITS || included !== undefined;
}

function periodAllowances(invoice: StripeInvoice, context: InvoiceContext, carried: Credits): Unpriced[] {
  let left = carried;
  let tried = triedBefore(context);
  return periodLines(invoice, context).flatMap((line) => {
    const isTrial = isTrialLine(line, context);
    const allotment = allotmentOf(line, context, isTrial);
    const spans = isTrial ? [{ startsAt: line.startsAt, endsAt: line.endsAt, whole: line }] : monthsOf(line);
    return spans.map(({ startsAt, endsAt, whole }, month) => {
      const again = isTrial ? minCredits(tried, allotment) : NO_CREDITS;
      tried = subtractCredits(tried, again);
      const full = subtractCredits(shareOf(allotment, { startsAt, endsAt }, whole), again);
      const covered = minCredits(left, full);
      left = subtractCredits(left, covered);
      return {
        stripeLineId: line.stripeLineId,
        month,
        kind: isTrial ? ('trial' as const) : ('period' as const),
        plan: line.plan,
        allotmentCredits: allotment,
        credits: subtractCredits(full, covered),
        coveredCredits: covered,
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
 * For each change `floor((all plans now - highest already granted) x share of the month)`, never below zero, month by
 * month, from the change until the next one. The period itself may not be paid yet: then what it was before the changes
 * counts as granted, since the payment of the period will grant it. Plans that the invoice does not name count as far
 * as they were granted: what they give without having been paid for comes with the next period.
 */
function changeAllowances(invoice: StripeInvoice, context: InvoiceContext): Omit<Unpriced, 'month'>[] {
  const changes = changesIn(invoice, context, false);
  const onTrial = changesIn(invoice, context, true);
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const span = { startsAt: first.startsAt, endsAt: last.endsAt };
  const paid = wholesAt(context.known, span);
  const wholes = paid.length > 0 ? paid : unpaidWholes(span, invoice, context);
  return changes.flatMap((change, index) => {
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
  });
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
): Omit<Unpriced, 'month'> {
  const isLate = invoice.reason === 'cycle';
  const isToItsEnd = part.endsAt >= whole.endsAt;
  return {
    stripeLineId: line.stripeLineId,
    kind: isTrial ? 'trial' : 'upgrade',
    plan: line.plan,
    allotmentCredits: isLate || !isToItsEnd ? NO_CREDITS : allotment,
    credits: amount,
    coveredCredits: NO_CREDITS,
    rollover: isTrial ? null : rolloverOf(line, context),
    ...(isLate ? nextPeriod(invoice, whole) : { startsAt: part.startsAt, endsAt: earlier(whole.endsAt, line.endsAt) }),
  };
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
    .sort((a, b) => Number(rankOf(b, context) - rankOf(a, context)))[0];
}

function rankOf({ plan, quantity }: PlanLine, { termsOf }: InvoiceContext): bigint {
  const terms = termsOf(plan);
  return BigInt(terms?.rank ?? terms?.credits ?? 0) * BigInt(quantity);
}

/** The months that the rest of a period that is not paid yet reaches into. */
function unpaidWholes(span: Span, invoice: StripeInvoice, context: InvoiceContext): Whole[] {
  return monthsOf(unpaidWhole(span, invoice, context))
    .filter(({ endsAt }) => endsAt > span.startsAt)
    .map((month) => ({ ...month, isTrial: isInTrial(month, context) }));
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
