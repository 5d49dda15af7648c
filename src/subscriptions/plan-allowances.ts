import type { Rollover } from '../catalog/offer.js';
import type { PlanInterval } from '../catalog/product.entity.js';
import { type Credits, credits, maxCredits, NO_CREDITS } from '../kernel/credits.js';
import type { StripeInvoice, StripeInvoiceLine } from '../stripe/billing-objects.js';
import type { Allowance, NewAllowance } from './allowance.js';
import { earlier, later, monthsOf, type Span, shareOf } from './spans.js';

/** What an account has agreed to with a plan, as far as its allowance goes. */
export interface PlanTerms {
  credits: number;
  trialCredits: number;
  rollover: Rollover | null;
  interval: PlanInterval;
}

/** An allowance that was given before, or will be. */
export type KnownAllowance = Pick<Allowance, 'kind' | 'allotmentCredits' | 'startsAt' | 'endsAt' | 'status'> & {
  /** Whether all the money of its order went back. */
  isReturned: boolean;
};

/** What is to be known of the subscription, beside its invoice. */
export interface InvoiceContext {
  plan: string;
  periodStart: Date;
  periodEnd: Date;
  trialStart: Date | null;
  trialEnd: Date | null;
  /** Undefined for a plan that the catalogue does not know. */
  termsOf: (plan: string) => PlanTerms | undefined;
  known: readonly KnownAllowance[];
}

type Unpriced = Omit<NewAllowance, 'costBasisMinor'>;

/**
 * What a paid invoice gives. A new period gives the plan's credits for each of its months; a change in the middle of one
 * gives what the new plan has more than was given already, for the time that is left. Pure.
 */
export function planAllowances(invoice: StripeInvoice, context: InvoiceContext): NewAllowance[] {
  if (invoice.reason === 'other') return [];
  const given = invoice.lines.flatMap((line) => {
    const terms = line.plan === null ? undefined : context.termsOf(line.plan);
    if (line.plan === null || terms === undefined) return [];
    if (!line.isProration) return periodAllowances({ ...line, plan: line.plan }, terms, invoice, context);
    const isGrowth = line.amountMinor > 0n || (line.amountMinor === 0n && line.plan === context.plan);
    if (invoice.reason !== 'update' || !isGrowth) return [];
    return upgradeAllowances({ ...line, plan: line.plan }, terms, invoice, context);
  });
  return withCostBasis(given, invoice.paidMinor);
}

type PlanLine = StripeInvoiceLine & { plan: string };

function periodAllowances(
  line: PlanLine,
  terms: PlanTerms,
  invoice: StripeInvoice,
  context: InvoiceContext,
): Unpriced[] {
  const isTrial = isOfTrial(line, context);
  const allotment = allotmentOf(line, terms, isTrial);
  const spans = isTrial || terms.interval === 'month' ? [line] : monthsOf(line);
  return spans.map(({ startsAt, endsAt }, month) => ({
    stripeLineId: line.stripeLineId,
    month,
    kind: isTrial ? 'trial' : 'period',
    plan: line.plan,
    allotmentCredits: allotment,
    credits:
      month === 0 && invoice.reason === 'update' ? lessCarried(allotment, startsAt, invoice, context) : allotment,
    rollover: isTrial ? null : terms.rollover,
    startsAt,
    endsAt,
  }));
}

/** What the invoice takes money off for, because it was not used; undefined where it does so for no plan. */
function unusedOf(
  { lines }: StripeInvoice,
  { termsOf }: InvoiceContext,
): { allotment: Credits; line: Span } | undefined {
  return lines
    .filter(({ isProration, amountMinor }) => isProration && amountMinor < 0n)
    .flatMap((line) => {
      const terms = line.plan === null ? undefined : termsOf(line.plan);
      return terms === undefined ? [] : { allotment: allotmentOf(line, terms, false), line };
    })
    .sort((a, b) => Number(b.allotment - a.allotment))[0];
}

/**
 * A change of interval begins a new period in the middle of an old one, and Stripe takes the money of the unused time
 * off. The credits for that time stay, or come when the old period is paid, so they are taken off as well.
 */
function lessCarried(allotment: Credits, at: Date, invoice: StripeInvoice, context: InvoiceContext): Credits {
  const unused = unusedOf(invoice, context);
  if (unused === undefined) return allotment;
  const [cut] = wholesAt(context.known, { startsAt: at, endsAt: new Date(at.getTime() + 1) });
  const [whole, highest] =
    cut === undefined ? [unpaidWhole(unused.line, context), unused.allotment] : [cut, highestAt(context.known, at)];
  const carried = shareOf(highest, { startsAt: at, endsAt: whole.endsAt }, whole);
  return maxCredits(NO_CREDITS, credits(allotment - carried));
}

/**
 * `floor((new - highest allotment already granted this period) x remaining fraction)`, never below zero, month by month.
 * The period itself may not be paid yet: then what the invoice takes money off for counts as granted, since the payment
 * of the period will grant it.
 */
function upgradeAllowances(
  line: PlanLine,
  terms: PlanTerms,
  invoice: StripeInvoice,
  context: InvoiceContext,
): Unpriced[] {
  const paid = wholesAt(context.known, line);
  const toCome = paid.length > 0 ? NO_CREDITS : (unusedOf(invoice, context)?.allotment ?? NO_CREDITS);
  return (paid.length > 0 ? paid : unpaidWholes(line, terms, context)).map((of, month) => {
    const rest = { startsAt: later(of.startsAt, line.startsAt), endsAt: earlier(of.endsAt, line.endsAt) };
    const isTrial = isOfTrial(of, context);
    const allotment = allotmentOf(line, terms, isTrial);
    const more = credits(allotment - maxCredits(toCome, highestAt(context.known, rest.startsAt)));
    return {
      stripeLineId: line.stripeLineId,
      month,
      kind: isTrial ? ('trial' as const) : ('upgrade' as const),
      plan: line.plan,
      allotmentCredits: allotment,
      credits: shareOf(maxCredits(NO_CREDITS, more), rest, of),
      rollover: isTrial ? null : terms.rollover,
      ...rest,
    };
  });
}

/** The months, or the period, that the rest of one that is not paid yet reaches into. */
function unpaidWholes(line: Span, { interval }: PlanTerms, context: InvoiceContext): Span[] {
  const whole = unpaidWhole(line, context);
  return interval === 'month' ? [whole] : monthsOf(whole).filter(({ endsAt }) => endsAt > line.startsAt);
}

/** It began when the subscription says, or where the one before it ended. */
function unpaidWhole({ startsAt, endsAt }: Span, { known, periodStart }: InvoiceContext): Span {
  const begins = [...known.filter(({ kind }) => kind !== 'upgrade').map((before) => before.endsAt), periodStart];
  const possible = begins.filter((at) => at <= startsAt).map((at) => at.getTime());
  return { startsAt: possible.length === 0 ? startsAt : new Date(Math.max(...possible)), endsAt };
}

function allotmentOf({ quantity }: StripeInvoiceLine, terms: PlanTerms, isTrial: boolean): Credits {
  return credits(BigInt(isTrial ? terms.trialCredits : terms.credits) * BigInt(quantity));
}

function isOfTrial({ startsAt, endsAt }: Span, { trialStart, trialEnd }: InvoiceContext): boolean {
  return trialStart !== null && trialEnd !== null && startsAt >= trialStart && endsAt <= trialEnd;
}

/** The months or periods that a span of time reaches into, each as a whole. */
function wholesAt(known: readonly KnownAllowance[], span: Span): Span[] {
  const wholes = new Map<number, Span>();
  for (const { kind, status, startsAt, endsAt } of known) {
    if (kind === 'upgrade' || status === 'canceled' || endsAt <= span.startsAt || startsAt >= span.endsAt) continue;
    const whole = wholes.get(endsAt.getTime());
    wholes.set(endsAt.getTime(), {
      startsAt: whole === undefined ? startsAt : earlier(whole.startsAt, startsAt),
      endsAt,
    });
  }
  return [...wholes.values()].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
}

/** An upgrade whose money went back counts no more; the period itself does, or a refund of it could be made up for. */
function highestAt(known: readonly KnownAllowance[], at: Date): Credits {
  return known
    .filter(({ status, startsAt, endsAt }) => status !== 'canceled' && startsAt <= at && at < endsAt)
    .filter(({ kind, isReturned }) => !(kind === 'upgrade' && isReturned))
    .reduce((highest, { allotmentCredits }) => maxCredits(highest, allotmentCredits), NO_CREDITS);
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
