import { type Credits, NO_CREDITS } from '../../kernel/credits.js';
import type { CostBasis, Source } from '../book/model.js';

/**
 * A grant that was paid for, and what became of its credits: what is neither spent nor lapsed nor taken back is owed,
 * also while it is on its way into a grant that it rolls over into. What repaid debt is spent.
 */
export interface Lot {
  readonly grantId: string;
  readonly purchase: Source;
  readonly part: string;
  readonly currency: string;
  amount: Credits;
  basisMinor: bigint;
  spent: Credits;
  lapsed: Credits;
  /** By money of its own purchase that went back. */
  taken: Credits;
  moving: Credits;
  /** The entry after which it was kept last, so that costs are told from there; null before the first. */
  checkpointSeq: bigint | null;
}

/** What of a lot's money stands for which of its credits, in minor units. */
export interface LotValues {
  readonly spentMinor: bigint;
  readonly lapsedMinor: bigint;
  readonly takenMinor: bigint;
}

/**
 * Shares of the money by credits, each rounded up to where the sum so far is rounded half up: whatever the pieces and
 * their order, what is spent is never worth less than nothing, and all of a lot is worth what was paid for it.
 */
export function valuesOf({ spent, lapsed, taken, ...lot }: Lot): LotValues {
  const spentMinor = worth(lot, spent);
  const unused = worth(lot, spent + lapsed);
  return {
    spentMinor,
    lapsedMinor: unused - spentMinor,
    takenMinor: worth(lot, spent + lapsed + taken) - unused,
  };
}

/** What the first so many credits of a lot are worth. */
export function worth({ amount, basisMinor }: { amount: bigint; basisMinor: bigint }, first: bigint): bigint {
  return shareOf(basisMinor, first, amount);
}

/** The share of a sum of money, half up; nothing of nothing. */
export function shareOf(minor: bigint, part: bigint, whole: bigint): bigint {
  return whole === 0n ? 0n : (2n * minor * part + whole) / (2n * whole);
}

export function newLot(
  { grantId, purchase, part }: Pick<Lot, 'grantId' | 'purchase' | 'part'>,
  amount: Credits,
  { amountMinor, currency }: CostBasis,
): Lot {
  return {
    grantId,
    purchase,
    part,
    currency,
    amount,
    basisMinor: amountMinor,
    spent: NO_CREDITS,
    lapsed: NO_CREDITS,
    taken: NO_CREDITS,
    moving: NO_CREDITS,
    checkpointSeq: null,
  };
}

/** What of its credits moves into another lot, the money with it. Returns that money. */
export function splitOff(lot: Lot, amount: Credits, from: 'spent' | 'lapsed' | 'taken' | 'moving'): bigint {
  const { spent, lapsed, taken } = lot;
  const end = { spent, lapsed: spent + lapsed, taken: spent + lapsed + taken, moving: lot.amount }[from];
  const minor = worth(lot, end) - worth(lot, end - amount);
  lot[from] = (lot[from] - amount) as Credits;
  lot.amount = (lot.amount - amount) as Credits;
  lot.basisMinor -= minor;
  return minor;
}
