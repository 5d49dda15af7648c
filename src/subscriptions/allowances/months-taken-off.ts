import { type Credits, credits, maxCredits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import { changesIn } from '../mirror/plan-changes.js';
import type { Allowance } from './allowance.entity.js';
import { highestAt, type InvoiceContext, type KnownAllowance } from './invoice-context.js';
import { later, shareOf, wholeOf } from './spans.js';

type ToCome = KnownAllowance & Pick<Allowance, 'id' | 'credits' | 'paidAt'>;

/** A month to come, and what it still gives. */
export type LesserAllowance = Pick<Allowance, 'id' | 'allotmentCredits' | 'credits'>;

/**
 * The months to come of a year whose rest a paid invoice gives the money back for, each with what it still gives: what
 * all plans give from then on, and never less by more than they gave before. Months that have begun keep what they
 * gave. Read again it takes nothing off that was paid for later. Pure.
 */
export function monthsTakenOff(
  known: readonly ToCome[],
  invoice: StripeInvoice,
  context: InvoiceContext,
): LesserAllowance[] {
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
    return lesser(month, { most: subtractCredits(change.before, change.after), after: change.after });
  });
}

/** Of one month, first what upgrades have added, and of the rest what gives most. */
function lesser(month: readonly ToCome[], { most, after }: { most: Credits; after: Credits }): LesserAllowance[] {
  const startsAt = month.map((allowance) => allowance.startsAt).reduce(later);
  const given = highestAt(month, startsAt);
  const off = minCredits(most, credits(given - after));
  if (off <= NO_CREDITS) return [];
  const still = subtractCredits(given, off);
  const [one] = month;
  let left = one === undefined ? NO_CREDITS : shareOf(off, one, wholeOf(one));
  return month.toSorted(byWhatGoesFirst).map((allowance) => {
    const taken = minCredits(left, allowance.credits);
    left = subtractCredits(left, taken);
    const kept = maxCredits(NO_CREDITS, credits(allowance.allotmentCredits - taken));
    return {
      id: allowance.id,
      allotmentCredits: allowance.kind === 'upgrade' ? minCredits(allowance.allotmentCredits, still) : kept,
      credits: subtractCredits(allowance.credits, taken),
    };
  });
}

function byWhatGoesFirst(a: ToCome, b: ToCome): number {
  const ofKind = Number(b.kind === 'upgrade') - Number(a.kind === 'upgrade');
  return ofKind === 0 ? Number(b.allotmentCredits - a.allotmentCredits) : ofKind;
}
