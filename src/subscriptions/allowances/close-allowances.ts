import { addMonths, addSeconds } from '../../kernel/clock.js';
import {
  addCredits,
  type Credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../../kernel/credits.js';
import type { Book } from '../../ledger/book/book.js';
import { compareBurnDown } from '../../ledger/book/burn-down.js';
import type { Grant } from '../../ledger/book/model.js';
import { decideLapse } from '../../ledger/decisions/lapse.js';
import { decideRevival, decideRollOver, rolledOverPart } from '../../ledger/decisions/roll-over.js';
import type { Allowance } from './allowance.entity.js';

/** How long after the end of a period its credits live on when nothing follows: renewals clear late. */
const LAPSES_AFTER_SECONDS = 6 * 3_600;

/** What an allowance's credits live until, at the latest. */
export function lapsesAt({ endsAt }: Pick<Allowance, 'endsAt'>): Date {
  return addSeconds(endsAt, LAPSES_AFTER_SECONDS);
}

/** An allowance that is over, and what became of it. */
export interface ClosedAllowance {
  allowance: Allowance;
  /** `closing` while holds still cover some of it. */
  status: 'closing' | 'closed';
  rolledCredits: Credits;
  /** What of the rolled credits had lapsed already. */
  revivedCredits: Credits;
}

/** An allowance with its grant; none when it gave nothing. */
interface Lot {
  allowance: Allowance;
  grant: Grant | undefined;
}

/**
 * Ends what the next period has followed: of each such period at most the plan's cap rolls over, when the next one was
 * paid in time, and the rest lapses. What has lapsed already rolls over late, unless a refund was settled with it
 * (`mayRevive`). One that is `beginning` follows others before it is granted itself. Decides nothing twice: what is
 * closed is left alone. Pure but for the book.
 */
export function closeFollowed(
  book: Book,
  allowances: readonly Allowance[],
  { mayRevive, beginning }: { mayRevive: (allowance: Allowance) => boolean; beginning?: Allowance },
): ClosedAllowance[] {
  const open = allowances.filter(({ id, status }) => status === 'granted' && id !== beginning?.id);
  return [...Map.groupBy(open, ({ endsAt }) => endsAt.getTime()).values()]
    .sort((a, b) => endOf(a) - endOf(b))
    .flatMap((period) => {
      const next = nextOf(period, allowances);
      if (next === undefined) return [];
      const end = endOf(period);
      const before = allowances.filter(({ endsAt }) => endsAt.getTime() === end);
      const rolledBefore = sumCredits(before.map(({ rolledCredits }) => rolledCredits));
      return closePeriod(book, { lots: lotsOf(book, period), next, mayRevive, rolledBefore });
    });
}

/** Ends all that a subscription gave, rolled over or not, because it is over itself. */
export function closeEnded(book: Book, allowances: readonly Allowance[]): ClosedAllowance[] {
  const open = lotsOf(
    book,
    allowances.filter(({ status }) => status === 'granted' || status === 'closing'),
  );
  const rolled = allowances.flatMap((allowance) => rolledGrantOf(book, allowance) ?? []);
  decideLapse(book, byBurnDown([...grantsIn(open), ...rolled]));
  return open.map((lot) => closed(lot, NO_CREDITS, NO_CREDITS));
}

/** Once more for what holds have covered until now. */
export function closeUncovered(book: Book, allowances: readonly Allowance[]): ClosedAllowance[] {
  const closing = lotsOf(
    book,
    allowances.filter(({ status }) => status === 'closing'),
  );
  decideLapse(book, byBurnDown(grantsIn(closing)));
  return closing.map((lot) => closed(lot, NO_CREDITS, NO_CREDITS));
}

/** The part of the purchase's grants that holds what rolled over. */
export function rolloverPartOf({ sourcePart }: Pick<Allowance, 'sourcePart'>): string {
  return rolledOverPart(sourcePart);
}

/** A grant of a subscription, with the allowance that it is of. */
export interface StandingLot {
  allowance: Allowance;
  grant: Grant;
  isRolledOver: boolean;
}

/** All grants that a subscription gave, and what rolled over of them, whether anything is left of them or not. */
export function lotsThatStand(book: Book, allowances: readonly Allowance[]): StandingLot[] {
  return allowances.flatMap((allowance) => {
    const own = allowance.grantId === null ? undefined : book.grant(allowance.grantId);
    const rolled = rolledGrantOf(book, allowance);
    return [
      ...(own === undefined ? [] : [{ allowance, grant: own, isRolledOver: false }]),
      ...(rolled === undefined ? [] : [{ allowance, grant: rolled, isRolledOver: true }]),
    ];
  });
}

function endOf(period: readonly Allowance[]): number {
  return period[0]?.endsAt.getTime() ?? 0;
}

/** The period that came after: the first one granted that begins where this one ends, or later. */
export function nextOf(period: readonly Allowance[], allowances: readonly Allowance[]): Allowance | undefined {
  return allowances
    .filter(({ kind, status }) => kind !== 'upgrade' && status !== 'scheduled' && status !== 'canceled')
    .filter(({ startsAt }) => startsAt.getTime() >= endOf(period))
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0];
}

interface PeriodEnd {
  lots: readonly Lot[];
  next: Allowance;
  mayRevive: (allowance: Allowance) => boolean;
  /** What of the period rolled over when it was first followed: more can be heard of it later. */
  rolledBefore: Credits;
}

function closePeriod(book: Book, end: PeriodEnd): ClosedAllowance[] {
  const { lots, next } = end;
  const rolled = isInTime(lots, next) ? rollOver(book, end) : new Map<Lot, Rolled>();
  decideLapse(book, byBurnDown(grantsIn(lots)));
  return lots.map((lot) => {
    const { fromRemaining = NO_CREDITS, revived = NO_CREDITS } = rolled.get(lot) ?? {};
    return closed(lot, addCredits(fromRemaining, revived), revived);
  });
}

/** A later month of the same payment always is. */
function isInTime(lots: readonly Lot[], next: Allowance): boolean {
  const [first] = lots;
  return first !== undefined && (next.month > 0 || next.paidAt <= lapsesAt(first.allowance));
}

interface Rolled {
  fromRemaining: Credits;
  revived: Credits;
}

/** The cap is of the whole period, by the plan that was the last in it. */
function rollOver(book: Book, { lots, next, mayRevive, rolledBefore }: PeriodEnd): Map<Lot, Rolled> {
  const rolled = new Map<Lot, Rolled>();
  const last = lots.reduce((a, b) => (b.allowance.startsAt >= a.allowance.startsAt ? b : a));
  const { rolloverMonths, rolloverCapCredits: cap } = last.allowance;
  if (rolloverMonths === null) return rolled;
  let left = cap === null ? undefined : maxCredits(NO_CREDITS, subtractCredits(cap, rolledBefore));
  const expiresAt = addMonths(next.startsAt, rolloverMonths);
  for (const lot of lots) {
    const { grant } = lot;
    if (grant === undefined || expiresAt <= book.now) continue;
    const hasLapsed = grant.status === 'expired';
    if (hasLapsed && !mayRevive(lot.allowance)) continue;
    const unused = hasLapsed ? grant.lapsed : grant.remaining;
    const amount = left === undefined ? unused : minCredits(left, unused);
    if (amount === NO_CREDITS) continue;
    const into = { ...heir(lot.allowance, grant), amount, expiresAt };
    if (hasLapsed) decideRevival(book, grant, into);
    else decideRollOver(book, grant, into);
    rolled.set(lot, { fromRemaining: hasLapsed ? NO_CREDITS : amount, revived: hasLapsed ? amount : NO_CREDITS });
    left = left === undefined ? undefined : subtractCredits(left, amount);
  }
  return rolled;
}

/** What rolls over stays a part of its purchase: a refund takes it back as well. */
function heir(allowance: Allowance, { category }: Grant) {
  return { category, source: allowance.purchase, sourcePart: rolloverPartOf(allowance) };
}

function lotsOf(book: Book, allowances: readonly Allowance[]): Lot[] {
  return allowances.map((allowance) => ({
    allowance,
    grant: allowance.grantId === null ? undefined : book.grant(allowance.grantId),
  }));
}

function rolledGrantOf(book: Book, allowance: Allowance): Grant | undefined {
  return book.grantsOf(allowance.purchase).find(({ sourcePart }) => sourcePart === rolloverPartOf(allowance));
}

function grantsIn(lots: readonly Lot[]): Grant[] {
  return lots.flatMap(({ grant }) => grant ?? []);
}

function byBurnDown(grants: readonly Grant[]): Grant[] {
  return grants.filter(({ remaining }) => remaining > 0n).sort(compareBurnDown);
}

function closed({ allowance, grant }: Lot, rolledCredits: Credits, revivedCredits: Credits): ClosedAllowance {
  const isCovered = grant !== undefined && grant.status === 'active' && grant.remaining > 0n;
  return { allowance, status: isCovered ? 'closing' : 'closed', rolledCredits, revivedCredits };
}
