import { type LotFigures, NO_FIGURES } from '../../ledger/costs/follow-lots.js';
import { shareOf } from '../../ledger/costs/lot.js';

/** What is known of an order's money by an instant, in minor units: what was charged, and what went back. */
export interface Money {
  /** After discount and with tax. */
  readonly chargedMinor: bigint;
  readonly taxMinor: bigint;
  /** By refunds and disputes, as far as the credits were settled with it. */
  readonly returnedMinor: bigint;
  /** With which credits: those that had lapsed, those that were taken back, and those that could not be. */
  readonly lapsedCredits: bigint;
  readonly reversedCredits: bigint;
  readonly shortfallCredits: bigint;
  /** Until when what was bought lasts, whatever its credits do; null where that is not known. */
  readonly coversUntil: Date | null;
}

/** Where the money of a purchase stands, in minor units and without tax. What is left of `sold` is owed. */
export interface Standing {
  readonly sold: bigint;
  readonly recognised: bigint;
  /** What will be recognised when what was bought is over, for no credits were given for it. */
  readonly later: bigint;
  readonly broken: bigint;
  readonly returned: bigint;
  /** The tax of what was sold, less that of what was returned. */
  readonly tax: bigint;
}

export const NOTHING_SOLD: Standing = { sold: 0n, recognised: 0n, later: 0n, broken: 0n, returned: 0n, tax: 0n };

export const NO_MONEY: Money = {
  chargedMinor: 0n,
  taxMinor: 0n,
  returnedMinor: 0n,
  lapsedCredits: 0n,
  reversedCredits: 0n,
  shortfallCredits: 0n,
  coversUntil: null,
};

/** What was paid for a grant that was given by call: no order knows of it. */
export function paidElsewhere({ basisMinor }: LotFigures): Money {
  return { ...NO_MONEY, chargedMinor: basisMinor };
}

/**
 * Where a purchase stands, by its money and the sums of its lots. What went back lowers what its credits had become:
 * what was taken from its own lots was owed, what had lapsed was broken, and the rest, which other credits or debt have
 * paid or nothing could, was spent. It follows from what is known and not from the way there, so that it is the same in
 * whatever order facts came, and sums over any span of time fit each other. Pure.
 */
export function standingOf(money: Money, lots: LotFigures = NO_FIGURES): Standing {
  const { chargedMinor } = money;
  if (chargedMinor <= 0n) return NOTHING_SOLD;
  const returned = least(money.returnedMinor, chargedMinor);
  const kept = chargedMinor - returned;
  const lapsedBack = shareOf(lots.lapsedMinor, least(money.lapsedCredits, lots.lapsed), lots.lapsed);
  const spentBack = shareOf(lots.spentMinor, least(spentCreditsBack(money, lots), lots.spent), lots.spent);
  // Money goes back in other steps than credits: what is more than they were worth is taken from here.
  const spent = least(lots.spentMinor - spentBack, kept);
  const broken = least(lots.lapsedMinor - lapsedBack, kept - spent);
  const left = kept - spent - broken;
  const uncovered = chargedMinor > lots.basisMinor ? chargedMinor - lots.basisMinor : 0n;
  const later = least(uncovered, left);
  // Nothing is owed to somebody who has nothing to come.
  const recognised = lots.left === 0n && uncovered === 0n ? spent + left : spent;
  return withoutTax(money, { recognised, later, broken, returned });
}

/** Credits of the purchase for which money went back though they had been spent. */
function spentCreditsBack({ reversedCredits, shortfallCredits }: Money, { taken }: LotFigures): bigint {
  return (reversedCredits > taken ? reversedCredits - taken : 0n) + shortfallCredits;
}

/** Tax is the same share of everything: sums are taken one after the other, so that they fit to the last unit. */
function withoutTax(
  { chargedMinor, taxMinor }: Money,
  { recognised, later, broken, returned }: Omit<Standing, 'sold' | 'tax'>,
): Standing {
  const sold = chargedMinor - least(taxMinor, chargedMinor);
  const net = (minor: bigint) => shareOf(sold, minor, chargedMinor);
  const sums = [recognised, recognised + later, recognised + later + broken, recognised + later + broken + returned];
  const [a = 0n, b = 0n, c = 0n, d = 0n] = sums.map(net);
  return {
    sold,
    recognised: a,
    later: b - a,
    broken: c - b,
    returned: d - c,
    tax: chargedMinor - sold - (returned - (d - c)),
  };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
