import { type Credits, NO_CREDITS } from '../../kernel/credits.js';
import type { LinesReversal, MeterSpend } from '../../ledger/history/meter-usage.js';
import { counterKeyOf } from '../../rating/pricing/dimensions.js';
import { NO_POSITION, type Position, remainderOf, sumOfParts } from '../../rating/pricing/position.js';
import { isByMonth } from '../../rating/pricing/price.js';
import { type PricedLine, priceLines, type RateCard } from '../../rating/pricing/price-lines.js';
import { NO_QUANTITY, type Quantity, subtractQuantity } from '../../rating/pricing/quantity.js';
import { add, type Ratio, subtract, whole, ZERO } from '../../rating/pricing/ratio.js';
import { PriceOutOfRange } from '../../rating/rating.problems.js';
import { type LineEffect, type RefusalType, Sums } from './sums.js';

/** A draft of a rate card, and the span that it is tried on: from an instant on, and before another. */
export interface Simulation {
  readonly meter: string;
  readonly draft: RateCard;
  readonly from: Date;
  readonly to: Date;
}

/** By how much a line has moved where its account stands, so that it can be undone. */
interface Move {
  readonly month: string;
  readonly key: string;
  readonly counted: Quantity;
  readonly carried: Ratio;
}

interface ReplayedLine {
  /** Undefined for what the draft would refuse. */
  readonly move: Move | undefined;
  /** Undefined out of the span. */
  readonly effect: LineEffect | undefined;
}

/**
 * One account, gone through once more in the order of its entries, as if the draft had been in force in the span: what
 * was used in it is priced by the draft, from where the account stood; what was used out of it, before or in between,
 * has moved counters and fractions as it did. What is undone later counts until its reversal, as it did, and in no sum.
 * So a draft that says what was in force costs what was charged, but where holds by lines had raised counters
 * meanwhile.
 */
export class ReplayedAccount {
  readonly sums = new Sums();
  /** Whether holds by lines have borne on it: what they had kept to themselves is not known any more. */
  hadHolds = false;
  /** By month and key. */
  private readonly used = new Map<string, Quantity>();
  private readonly remainders = new Map<string, Ratio>();
  /** Of spends of which lines are undone later: by the number of the spend, then by the place of the line. */
  private readonly reversed = new Map<bigint, Map<number, ReplayedLine>>();

  constructor(
    readonly accountId: string,
    private readonly simulation: Simulation,
  ) {}

  /**
   * Whether the draft would have charged this to the credit. What holds had reserved bears on nothing but the tiers of
   * a month and fractions that are carried.
   */
  get isExact(): boolean {
    const { rounding, prices } = this.simulation.draft;
    return !this.hadHolds || (rounding === 'up' && !prices.prices.some(isByMonth));
  }

  /** Takes the next entry of the account. */
  take(entry: MeterSpend | LinesReversal): void {
    if (entry.kind === 'reversal') this.undo(entry);
    else this.spend(entry);
  }

  private spend({ seq, usedAt, month, lines, isReversed }: MeterSpend): void {
    const { from, to } = this.simulation;
    const isInSpan = usedAt >= from && usedAt < to;
    const replayed = new Map<number, ReplayedLine>();
    for (const [place, line] of lines) {
      const one = isInSpan ? this.priced(month, line) : { move: asItWas(month, line), effect: undefined };
      if (one.move !== undefined) this.move(one.move, 1n);
      if (one.effect !== undefined) this.sums.add(one.effect);
      if (isReversed) replayed.set(place, one);
    }
    if (isReversed) this.reversed.set(seq, replayed);
  }

  private undo({ spendSeq, undone }: LinesReversal): void {
    const lines = this.reversed.get(spendSeq);
    for (const place of undone) {
      const line = lines?.get(place);
      if (line === undefined) continue;
      lines?.delete(place);
      if (line.move !== undefined) this.move(line.move, -1n);
      if (line.effect !== undefined) this.sums.takeBack(line.effect);
    }
    if (lines?.size === 0) this.reversed.delete(spendSeq);
  }

  /** A line as the draft prices it: what was included stays included. */
  private priced(month: string, line: PricedLine): ReplayedLine {
    const { meter, draft } = this.simulation;
    const { dimensions } = line;
    const price = draft.prices.find(dimensions);
    if (price === undefined) return refused('usage-not-priced', line);
    const key = counterKeyOf(meter, price.match);
    const counted = countedOf(line);
    const before = this.position(month, key);
    try {
      const usage = [{ meter, dimensions, quantity: counted }];
      const { credits, position } = priceLines(usage, new Map([[meter, draft]]), before);
      const carried = subtract(remainderOf(position, key), remainderOf(before, key));
      return { move: { month, key, counted, carried }, effect: effectOf(line, credits) };
    } catch (error) {
      if (error instanceof PriceOutOfRange) return refused('price-out-of-range', line);
      throw error;
    }
  }

  private position(month: string, key: string): Position {
    const used = this.used.get(`${month} ${key}`);
    const remainder = this.remainders.get(key);
    return {
      ...NO_POSITION,
      ...(used !== undefined && { used: new Map([[key, used]]) }),
      ...(remainder !== undefined && { remainders: new Map([[key, remainder]]) }),
    };
  }

  private move({ month, key, counted, carried }: Move, sign: 1n | -1n): void {
    const name = `${month} ${key}`;
    this.used.set(name, ((this.used.get(name) ?? NO_QUANTITY) + sign * counted) as Quantity);
    if (carried.numerator === 0n) return;
    const remainder = this.remainders.get(key) ?? ZERO;
    this.remainders.set(key, sign === 1n ? add(remainder, carried) : subtract(remainder, carried));
  }
}

/** What of a line was not included. */
function countedOf({ quantity, included }: PricedLine): Quantity {
  return subtractQuantity(quantity, sumOfParts(included));
}

function asItWas(month: string, line: PricedLine): Move {
  const { meter, match, rounding, price, credits } = line;
  const carried = rounding === 'carry' ? subtract(price, whole(credits)) : ZERO;
  return { month, key: counterKeyOf(meter, match), counted: countedOf(line), carried };
}

function effectOf({ quantity, included, credits }: PricedLine, afterCredits: Credits): LineEffect {
  return { quantity, includedQuantity: sumOfParts(included), beforeCredits: credits, afterCredits };
}

/** It would have been neither charged nor counted. */
function refused(type: RefusalType, line: PricedLine): ReplayedLine {
  const { dimensions } = line;
  return { move: undefined, effect: { ...effectOf(line, NO_CREDITS), refusal: { type, dimensions } } };
}
