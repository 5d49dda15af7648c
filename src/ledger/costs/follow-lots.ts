import { addCredits, type Credits, credits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import type { Allocation, Grant, Source } from '../book/model.js';
import { originOf } from '../decisions/roll-over.js';
import type { EntryFacts } from '../history/read-runs.js';
import { type Lot, newLot, splitOff, valuesOf } from './lot.js';

/** Credits and money of a lot, or how they have changed. What is left is owed. */
export interface LotFigures {
  readonly basisMinor: bigint;
  readonly spentMinor: bigint;
  readonly lapsedMinor: bigint;
  readonly takenMinor: bigint;
  readonly spent: bigint;
  readonly lapsed: bigint;
  readonly taken: bigint;
  readonly left: bigint;
}

/** What an entry has done to a lot. */
export interface LotChange {
  readonly lot: Lot;
  readonly before: LotFigures;
  readonly after: LotFigures;
}

/** The lots of an account as far as they are known, and the grants that its entries may have made. */
export interface Known {
  lot(grantId: string): Lot | undefined;
  lotsOf(purchase: Source): readonly Lot[];
  add(lot: Lot): void;
  grant(id: string): Grant | undefined;
  grantsOf(source: Source): readonly Grant[];
}

export const NO_FIGURES: LotFigures = {
  basisMinor: 0n,
  spentMinor: 0n,
  lapsedMinor: 0n,
  takenMinor: 0n,
  spent: 0n,
  lapsed: 0n,
  taken: 0n,
  left: 0n,
};

/**
 * Brings the lots of an account up to its next entry, and returns those that it has changed. Pure but for the lots. To
 * be called with each entry once, in order; what a lot says then follows from its entries alone.
 */
export function followEntry(entry: EntryFacts, known: Known): LotChange[] {
  const touched = new Map<Lot, LotFigures>();
  const step = { entry, known, touch: (lot: Lot) => touched.has(lot) || touched.set(lot, figuresOf(lot)) };
  if (entry.kind === 'grant') addGranted(step, touched);
  else for (const allocation of entry.allocations) move(step, touched, allocation);
  return [...touched].map(([lot, before]) => ({ lot, before, after: figuresOf(lot) }));
}

interface Step {
  readonly entry: EntryFacts;
  readonly known: Known;
  /** To be told of every lot before it is changed. */
  readonly touch: (lot: Lot) => void;
}

function figuresOf(lot: Lot): LotFigures {
  const { basisMinor, amount, spent, lapsed, taken } = lot;
  return { basisMinor, ...valuesOf(lot), spent, lapsed, taken, left: amount - spent - lapsed - taken };
}

/** A grant with a price becomes a lot, one that others rolled over into takes their money along. */
function addGranted({ entry, known, touch }: Step, touched: Map<Lot, LotFigures>): void {
  const grant = grantOf(entry, known);
  if (grant === undefined) return;
  const lot = rolledOver(grant, known, touch) ?? bought(grant);
  if (lot === undefined) return;
  lot.spent = credits(-entry.debt);
  touched.set(lot, NO_FIGURES);
  known.add(lot);
}

/** The entry of a grant that was spent at once, to repay debt, does not name it. */
function grantOf({ allocations: [allocation], amount, source }: EntryFacts, known: Known): Grant | undefined {
  if (allocation !== undefined) return known.grant(allocation.grantId);
  return known
    .grantsOf(source)
    .filter((grant) => grant.debtRepaid === amount && grant.amount === amount && known.lot(grant.id) === undefined)
    .sort((a, b) => (a.ordinal < b.ordinal ? -1 : 1))[0];
}

function bought({ id: grantId, source: purchase, sourcePart: part, amount, costBasis }: Grant): Lot | undefined {
  if (costBasis === null || costBasis.amountMinor === 0n) return undefined;
  return newLot({ grantId, purchase, part }, amount, costBasis);
}

function rolledOver(grant: Grant, known: Known, touch: Step['touch']): Lot | undefined {
  const part = originOf(grant);
  const origin = part === undefined ? undefined : known.lotsOf(grant.source).find((lot) => lot.part === part);
  if (origin === undefined) return undefined;
  touch(origin);
  const [fromMoving, revived] = parted(grant.amount, origin.moving);
  const fromLapsed = minCredits(revived, origin.lapsed);
  const minor = splitOff(origin, fromMoving, 'moving') + splitOff(origin, fromLapsed, 'lapsed');
  const { id: grantId, source: purchase, sourcePart } = grant;
  const cost = { amountMinor: minor, currency: origin.currency };
  return newLot({ grantId, purchase, part: sourcePart }, grant.amount, cost);
}

function move({ entry, known, touch }: Step, touched: Map<Lot, LotFigures>, { grantId, amount }: Allocation): void {
  const lot = known.lot(grantId);
  if (lot === undefined) {
    reinstateAnew({ entry, known, touch }, touched, { grantId, amount });
    return;
  }
  touch(lot);
  const isOwn = lot.purchase.type === entry.source.type && lot.purchase.id === entry.source.id;
  if (entry.amount > 0n) giveBack(lot, amount, entry.kind === 'reinstatement' && isOwn ? 'taken' : 'spent');
  else lot[usedAs(entry, isOwn)] = addCredits(lot[usedAs(entry, isOwn)], amount);
}

/** What an entry that takes credits out of a lot makes of them. */
function usedAs({ kind, source }: EntryFacts, isOwn: boolean): 'spent' | 'lapsed' | 'taken' | 'moving' {
  if (kind === 'expiry' || kind === 'void') return 'lapsed';
  if (kind === 'refund_reversal' || kind === 'dispute_reversal') return isOwn ? 'taken' : 'spent';
  return kind === 'adjustment' && source.type === 'grant' ? 'moving' : 'spent';
}

function giveBack(lot: Lot, amount: Credits, first: 'spent' | 'taken'): void {
  let left = amount;
  for (const use of [first, 'spent', 'taken', 'lapsed'] as const) {
    const [back, rest] = parted(left, lot[use]);
    lot[use] = subtractCredits(lot[use], back);
    left = rest;
  }
}

/**
 * Credits that come back with the money of their purchase stand in a grant of their own where others have repaid the
 * debt that they had become: the purchase's money goes with them, of what was spent of it first.
 */
function reinstateAnew(step: Step, touched: Map<Lot, LotFigures>, { grantId, amount }: Allocation): void {
  const { entry, known, touch } = step;
  const { kind, source: purchase, seq } = entry;
  if (kind !== 'reinstatement') return;
  const grant = known.grant(grantId);
  if (grant?.source.type !== 'entry' || grant.source.id !== `${seq}`) return;
  const lots = known.lotsOf(purchase);
  const [first] = lots;
  if (first === undefined) return;
  const made = newLot({ grantId, purchase, part: '' }, amount, { amountMinor: 0n, currency: first.currency });
  let left: Credits = amount;
  for (const use of ['spent', 'taken', 'lapsed'] as const)
    for (const lot of lots.toReversed()) {
      const [moved, rest] = parted(left, lot[use]);
      if (moved === NO_CREDITS) continue;
      touch(lot);
      made.basisMinor += splitOff(lot, moved, use);
      left = rest;
    }
  touched.set(made, NO_FIGURES);
  known.add(made);
}

/** What of an amount there is room for, and the rest. */
function parted(amount: Credits, room: Credits): [Credits, Credits] {
  const fits = minCredits(amount, room);
  return [fits, subtractCredits(amount, fits)];
}
