import {
  type Credits,
  credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../../kernel/credits.js';
import type { Quantity } from '../../rating/pricing/quantity.js';
import { isCharge, type StripeInvoice, type StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';
import { changesIn, type PlanChange } from '../mirror/plan-changes.js';
import type { Allowance } from './allowance.entity.js';
import { type CarriedIncluded, type IncludedShare, keyOfShare, saysSomething } from './included-share.js';
import { inUnit, monthInUnit, shareOf as shareIn, unitsOf } from './included-units.js';
import { highestAt, type InvoiceContext, type KnownAllowance } from './invoice-context.js';
import { later, shareOf, wholeOf } from './spans.js';

type ToCome = KnownAllowance &
  Pick<Allowance, 'id' | 'credits' | 'paidAt'> &
  Partial<Pick<Allowance, 'coveredCredits'>>;

/** A month to come, and what it still gives. */
export interface LesserAllowance
  extends Pick<Allowance, 'id' | 'allotmentCredits' | 'credits'>,
    Partial<Pick<Allowance, 'included'>> {
  /** What it would not have given again, since it was given before: that is to be taken off another period now. */
  uncovered?: Credits;
  /** The same of what it would have included. */
  uncoveredIncluded?: CarriedIncluded;
}

/**
 * The months to come of a year that an invoice gives the money back for, each with what it still gives and includes:
 * see `creditsTakenOff`, which is asked of credits, and of what is included as if it were credits. Pure.
 */
export function monthsTakenOff(
  known: readonly ToCome[],
  invoice: StripeInvoice,
  context: InvoiceContext,
): LesserAllowance[] {
  const lesser = new Map(creditsTakenOff(known, invoice, context).map((month) => [month.id, month]));
  for (const unit of unitsOf(invoice, context)) {
    const months = known.map((month) => monthInUnit(month, unit));
    for (const { id, allotmentCredits, credits: still, uncovered = NO_CREDITS } of creditsTakenOff(
      months,
      invoice,
      inUnit(context, unit),
    )) {
      const month = known.find((one) => one.id === id);
      const inThis = months.find((one) => one.id === id);
      if (month === undefined || inThis === undefined) continue;
      const before = lesser.get(id) ?? { id, allotmentCredits: month.allotmentCredits, credits: month.credits };
      const coveredCredits = subtractCredits(inThis.coveredCredits ?? NO_CREDITS, uncovered);
      const share = shareIn(unit, { allotmentCredits, credits: still, coveredCredits });
      const uncoveredIncluded = new Map(before.uncoveredIncluded);
      if (uncovered > NO_CREDITS) uncoveredIncluded.set(unit.key, (uncovered * unit.step) as Quantity);
      lesser.set(id, {
        ...before,
        included: withShare(before.included ?? month.included ?? [], share),
        ...(uncoveredIncluded.size > 0 && { uncoveredIncluded }),
      });
    }
  }
  return [...lesser.values()];
}

function withShare(shares: readonly IncludedShare[], share: IncludedShare): IncludedShare[] {
  return shares.map((one) => (keyOfShare(one) === keyOfShare(share) ? share : one)).filter(saysSomething);
}

/**
 * The months to come of a year whose rest a paid invoice gives the money back for, each with what it still gives: less
 * by what was paid back, and never less than what is charged instead and what the plans that it does not name were
 * given. Months that have begun keep what they gave, and so does what was paid for later. To be asked once, with the
 * invoice's first reading: asked again it would take the same off again. Pure.
 */
function creditsTakenOff(known: readonly ToCome[], invoice: StripeInvoice, context: InvoiceContext): LesserAllowance[] {
  const changes = changesIn(invoice, context, false);
  const paidBy = invoice.paidAt ?? invoice.createdAt;
  const lastAt = invoice.lines
    .filter(({ isProration }) => isProration)
    .map((line) => line.startsAt)
    .reduce(later, new Date(0));
  const toCome = known.filter(
    ({ status, startsAt, paidAt, stripeInvoiceId }) =>
      status === 'scheduled' && startsAt >= lastAt && paidAt <= paidBy && stripeInvoiceId !== invoice.stripeInvoiceId,
  );
  return [...Map.groupBy(toCome, ({ endsAt }) => endsAt.getTime()).values()].flatMap((month) => {
    const at = month.map(({ startsAt }) => startsAt).reduce(later);
    const change = changes.find(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
    if (change === undefined || change.after >= change.before) return [];
    return lesser(month, at, change);
  });
}

/**
 * Of the invoices that were paid before this one, those that give money back of what it charges: they say so, or were
 * made after it and give back something of its items. They have found none of its months, so they are to be asked for
 * those once it is recorded.
 */
export function paidBackBefore(invoice: StripeInvoice, paidBefore: readonly StripeInvoice[]): StripeInvoice[] {
  const items = new Set(invoice.lines.filter(isCharge).map(({ stripeItemId }) => stripeItemId));
  const isOfIts = ({ credited, stripeItemId }: StripeInvoiceLine, madeAt: Date) =>
    credited?.stripeInvoiceId === invoice.stripeInvoiceId ||
    (madeAt > invoice.createdAt && stripeItemId !== null && items.has(stripeItemId));
  return paidBefore.filter(({ createdAt, lines }) => lines.some((line) => !isCharge(line) && isOfIts(line, createdAt)));
}

/** Of one month, first what upgrades have added, and of the rest what gives most. */
function lesser(month: readonly ToCome[], at: Date, { before, after, others }: PlanChange): LesserAllowance[] {
  // Where months of two years overlap, an upgrade is spread over both, and says of neither what all of it gives.
  const parts = month.flatMap(({ credits: own, coveredCredits = NO_CREDITS }) => [own, coveredCredits]);
  const given = maxCredits(highestAt(month, at), sumCredits(parts));
  const paidOthers = minCredits(others, maxCredits(NO_CREDITS, credits(given - (before - others))));
  const off = minCredits(subtractCredits(before, after), credits(given - (after - others) - paidOthers));
  if (off <= NO_CREDITS) return [];
  const still = subtractCredits(given, off);
  const [one] = month;
  let left = one === undefined ? NO_CREDITS : shareOf(off, one, wholeOf(one));
  return month.toSorted(byWhatGoesFirst).map((allowance) => {
    const taken = minCredits(left, allowance.credits);
    const uncovered = minCredits(subtractCredits(left, taken), allowance.coveredCredits ?? NO_CREDITS);
    left = credits(left - taken - uncovered);
    const kept = maxCredits(NO_CREDITS, credits(allowance.allotmentCredits - taken - uncovered));
    return {
      id: allowance.id,
      allotmentCredits: allowance.kind === 'upgrade' ? minCredits(allowance.allotmentCredits, still) : kept,
      credits: subtractCredits(allowance.credits, taken),
      ...(uncovered > NO_CREDITS && { uncovered }),
    };
  });
}

function byWhatGoesFirst(a: ToCome, b: ToCome): number {
  const ofKind = Number(b.kind === 'upgrade') - Number(a.kind === 'upgrade');
  return ofKind === 0 ? Number(b.allotmentCredits - a.allotmentCredits) : ofKind;
}
