import { credits } from '../../kernel/credits.js';
import type { Dimensions } from '../../rating/pricing/dimensions.js';
import { NO_QUANTITY, type Quantity, quantityOfText, UNIT } from '../../rating/pricing/quantity.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import type { Allowance, NewAllowance } from './allowance.entity.js';
import { type IncludedShare, keyOfShare, saysSomething } from './included-share.js';
import type { InvoiceContext, KnownAllowance, PlanTerms } from './invoice-context.js';

// What plans include follows the same rules as their credits: what is shared by time, added by an upgrade, cut off or
// taken off. So each meter and match is planned as if it were the credits, in units of its own.

/** A meter and match that plans include. */
export interface IncludedUnit {
  readonly key: string;
  readonly meter: string;
  readonly match: Dimensions;
  /** In billionths: the least that is shared out. Whole units are shared as whole ones. */
  readonly step: bigint;
}

type Month = KnownAllowance & Partial<Pick<Allowance, 'credits' | 'coveredCredits'>>;

/** What the plans that an invoice is about include, or have included before. */
export function unitsOf(invoice: StripeInvoice, context: InvoiceContext): IncludedUnit[] {
  const plans = new Set([...context.items, ...invoice.lines].flatMap(({ plan }) => plan ?? []));
  const terms = [...plans].flatMap((plan) => context.termsOf(plan)?.included ?? []);
  const shares = context.known.flatMap(({ included = [] }) => included);
  const units = new Map<string, IncludedUnit>();
  const see = ({ meter, match }: Pick<IncludedShare, 'meter' | 'match'>, quantities: readonly Quantity[]) => {
    const key = keyOfShare({ meter, match });
    units.set(key, { key, meter, match, step: quantities.reduce(stepOf, units.get(key)?.step ?? UNIT) });
  };
  for (const { quantity, ...of } of terms) see(of, [quantityOfText(quantity)]);
  for (const { allotment, quantity, covered, ...of } of shares) see(of, [allotment, quantity, covered]);
  return [...units.values()].map((unit) => ({
    ...unit,
    step: stepOf(unit.step, context.carriedIncluded?.get(unit.key) ?? NO_QUANTITY),
  }));
}

/** The largest power of ten, of those that divide `step`, that divides the quantity as well. */
function stepOf(step: bigint, quantity: Quantity): bigint {
  let divisor = step;
  while (quantity % divisor !== 0n) divisor /= 10n;
  return divisor;
}

/** The same context as if what it includes of one meter and match were its credits. */
export function inUnit(context: InvoiceContext, unit: IncludedUnit): InvoiceContext {
  const known = context.known.map((month) => monthInUnit(month, unit));
  const inPlace = (month: KnownAllowance) => known[context.known.indexOf(month)] ?? monthInUnit(month, unit);
  return {
    ...context,
    termsOf: (plan) => termsInUnit(context.termsOf(plan), unit),
    known,
    credited: { ...context.credited, months: context.credited.months.map(inPlace) },
    carried: credits((context.carriedIncluded?.get(unit.key) ?? NO_QUANTITY) / unit.step),
  };
}

/** A trial includes nothing: it says itself what it gives. */
function termsInUnit(terms: PlanTerms | undefined, unit: IncludedUnit): PlanTerms | undefined {
  if (terms === undefined) return undefined;
  const included = terms.included?.find((one) => keyOfShare(one) === unit.key);
  const perMonth = included === undefined ? NO_QUANTITY : quantityOfText(included.quantity);
  return { credits: perMonth / unit.step, trialCredits: 0, rollover: null, rank: terms.credits };
}

export function monthInUnit<T extends Month>(month: T, unit: IncludedUnit): T {
  const share = month.included?.find((one) => keyOfShare(one) === unit.key);
  const of = (quantity: Quantity | undefined) => credits((quantity ?? NO_QUANTITY) / unit.step);
  return {
    ...month,
    allotmentCredits: of(share?.allotment),
    credits: of(share?.quantity),
    coveredCredits: of(share?.covered),
  };
}

type Amounts = Pick<NewAllowance, 'allotmentCredits' | 'credits' | 'coveredCredits'>;

/** What was planned in units, as shares of what was planned in credits: each by its place. */
export function withShares<T extends Amounts>(
  inCredits: readonly T[],
  inUnits: readonly { unit: IncludedUnit; planned: readonly Amounts[] }[],
): (T & Pick<NewAllowance, 'included'>)[] {
  if (inUnits.length === 0) return [...inCredits];
  return inCredits.map((allowance, place) => {
    const shares = inUnits.flatMap(({ unit, planned }) => {
      const amounts = planned[place];
      return amounts === undefined ? [] : shareOf(unit, amounts);
    });
    const included = shares.filter((share) => share.allotment > NO_QUANTITY || saysSomething(share));
    return included.length === 0 ? allowance : { ...allowance, included };
  });
}

export function shareOf({ meter, match, step }: IncludedUnit, amounts: Amounts): IncludedShare {
  const of = (amount: bigint) => (amount * step) as Quantity;
  return {
    meter,
    match,
    allotment: of(amounts.allotmentCredits),
    quantity: of(amounts.credits),
    covered: of(amounts.coveredCredits),
  };
}
