import type { IncludedUsage } from '../../catalog/included-usage.js';
import type { Rollover } from '../../catalog/offer.js';
import { type Credits, credits, maxCredits, NO_CREDITS, sumCredits } from '../../kernel/credits.js';
import type { StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';
import type { HeldPlan } from '../mirror/held-plan.js';
import type { Allowance } from './allowance.entity.js';
import type { CreditedMonths } from './as-charged.js';
import type { CarriedIncluded } from './included-share.js';
import { earlier, type Span } from './spans.js';

/** What an account has agreed to with a plan, as far as its allowance goes. */
export interface PlanTerms {
  credits: number | bigint;
  trialCredits: number;
  rollover: Rollover | null;
  included?: readonly IncludedUsage[];
  /** By which it is compared with others in place of its credits. */
  rank?: number | bigint;
}

/** An allowance that was given before, or will be. */
export type KnownAllowance = Pick<
  Allowance,
  'kind' | 'allotmentCredits' | 'startsAt' | 'endsAt' | 'status' | 'stripeInvoiceId'
> &
  Partial<Pick<Allowance, 'cutOffAt' | 'included'>> & {
    /** Whether all the money of its order went back. */
    isReturned: boolean;
  };

/** What the subscription tells that its invoice does not. */
export interface InvoiceContext {
  /** All plans that it holds now. */
  items: readonly (Pick<HeldPlan, 'stripeItemId' | 'plan' | 'quantity' | 'addedAt'> &
    Partial<Pick<HeldPlan, 'unitAmountMinor'>>)[];
  periodStart: Date;
  periodEnd: Date;
  trialStart: Date | null;
  trialEnd: Date | null;
  /** Undefined for a plan that the catalogue does not know. */
  termsOf: (plan: string) => PlanTerms | undefined;
  known: readonly KnownAllowance[];
  /** Of those, the ones that the invoice gives money back for, as it says itself. */
  credited: CreditedMonths<KnownAllowance>;
  /** What was given for time that was cut off and paid back, and no period has taken off yet. */
  carried: Credits;
  /** The same of what was included. */
  carriedIncluded?: CarriedIncluded;
}

/** What so many of a plan give for a whole month; nothing for what is no plan of the catalogue. */
export function allotmentOf(
  { plan, quantity }: { plan: string | null; quantity: number },
  { termsOf }: Pick<InvoiceContext, 'termsOf'>,
  isTrial: boolean,
): Credits {
  const terms = plan === null ? undefined : termsOf(plan);
  if (terms === undefined) return NO_CREDITS;
  return credits(BigInt(isTrial ? terms.trialCredits : terms.credits) * BigInt(quantity));
}

/** Where it begins counts: a trial can be ended, and another one be given, before Stripe tells of an invoice of it. */
export function isInTrial({ startsAt }: Span, { trialStart, trialEnd }: InvoiceContext): boolean {
  return trialStart !== null && trialEnd !== null && startsAt >= trialStart && startsAt < trialEnd;
}

/** Time that costs nothing though its item does. Where it is heard of late, the subscription tells of a later trial. */
export function isTrialLine(line: StripeInvoiceLine, context: InvoiceContext): boolean {
  if (line.amountMinor !== 0n) return false;
  const item = context.items.find(({ stripeItemId }) => stripeItemId === line.stripeItemId);
  return isInTrial(line, context) || (line.quantity > 0 && (item?.unitAmountMinor ?? 0) > 0);
}

/** What trials have given: one that is given anew, or made longer, gives only what it has more. */
export function triedBefore({ known }: Pick<InvoiceContext, 'known'>): Credits {
  const trials = known.filter(({ kind, status }) => kind === 'trial' && status !== 'canceled');
  return trials.map(({ startsAt }) => highestAt(trials, startsAt)).reduce(maxCredits, NO_CREDITS);
}

/** When what it was paid for is over: where a new period has cut it off, its money went back. */
function overAt({ endsAt, cutOffAt }: KnownAllowance): Date {
  return cutOffAt ?? endsAt;
}

/** Whether an instant is in the time that something was paid for. */
export function isAt(allowance: KnownAllowance, at: Date): boolean {
  return allowance.startsAt <= at && at < overAt(allowance);
}

/** A month or a period. */
export interface Whole extends Span {
  isTrial: boolean;
}

/** The months or periods that a span of time reaches into, each as a whole, in the order of their beginning. */
export function wholesAt(known: readonly KnownAllowance[], span: Span): Whole[] {
  const wholes = new Map<number, Whole>();
  for (const allowance of known) {
    const { kind, status, startsAt, endsAt } = allowance;
    if (kind === 'upgrade' || status === 'canceled') continue;
    if (overAt(allowance) <= span.startsAt || startsAt >= span.endsAt) continue;
    const whole = wholes.get(endsAt.getTime());
    wholes.set(endsAt.getTime(), {
      startsAt: whole === undefined ? startsAt : earlier(whole.startsAt, startsAt),
      endsAt,
      isTrial: kind === 'trial' && (whole?.isTrial ?? true),
    });
  }
  return [...wholes.values()].sort(
    (a, b) => Number(a.startsAt) - Number(b.startsAt) || Number(a.endsAt) - Number(b.endsAt),
  );
}

/**
 * The highest that was given for an instant, of all plans together: one invoice gives for each of them, and an upgrade
 * says what all of them give with it. An upgrade whose money went back counts no more; the period itself does, or a
 * refund of it could be made up for.
 */
export function highestAt(known: readonly KnownAllowance[], at: Date): Credits {
  const counted = known
    .filter((allowance) => allowance.status !== 'canceled' && isAt(allowance, at))
    .filter(({ kind, isReturned }) => !(kind === 'upgrade' && isReturned));
  const upgrades = counted.filter(({ kind }) => kind === 'upgrade').map(({ allotmentCredits }) => allotmentCredits);
  const periods = Map.groupBy(
    counted.filter(({ kind }) => kind !== 'upgrade'),
    ({ stripeInvoiceId }) => stripeInvoiceId,
  );
  const ofPeriods = [...periods.values()].map((given) =>
    sumCredits(given.map(({ allotmentCredits }) => allotmentCredits)),
  );
  return [...upgrades, ...ofPeriods].reduce(maxCredits, NO_CREDITS);
}
