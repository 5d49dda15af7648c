/**
 * What usage costs and what is given back, once more: in plain numbers of fixed parts, without rationals and counters
 * that are kept. Whatever was undone is left out, and all sums are made anew of the lines that stand.
 */

/** Of all meters, a credit has so many parts, so that every price is a whole number of them. */
export const PARTS = 7 * 1_000;

export interface ModelMeter {
  readonly key: string;
  readonly rounding: 'up' | 'carry';
  /** In parts of a credit, of the units behind `from` up to `to`. */
  price(from: number, to: number, kind: string): number;
}

interface ModelLine {
  readonly meter: ModelMeter;
  readonly kind: string;
  readonly quantity: number;
  readonly parts: number;
  readonly credits: number;
  left: number;
  isUndone: boolean;
}

export interface ModelUse {
  readonly lines: ModelLine[];
  isCorrected: boolean;
}

interface Asked {
  readonly meter: ModelMeter;
  readonly quantity: number;
  readonly kind: string;
}

export class Refused extends Error {}

export class UsageModel {
  readonly uses: ModelUse[] = [];

  constructor(public balance: number) {}

  use(asked: readonly Asked[]): ModelUse {
    const use = this.price(asked);
    const cost = sum(use.lines.map(({ credits }) => credits));
    if (cost > this.balance) {
      this.uses.pop();
      throw new Refused('insufficient-credits');
    }
    this.balance -= cost;
    return use;
  }

  /** As if the use had never been, and another in its place; whatever there is to pay it with. */
  correct(use: ModelUse, asked: readonly Asked[]): ModelUse {
    if (use.isCorrected) throw new Refused('spend-already-corrected');
    if (use.lines.every(({ isUndone }) => isUndone)) throw new Refused('spend-already-reversed');
    this.undo(use, {});
    use.isCorrected = true;
    const made = this.price(asked);
    this.balance -= sum(made.lines.map(({ credits }) => credits));
    return made;
  }

  private price(asked: readonly Asked[]): ModelUse {
    const use: ModelUse = { lines: [], isCorrected: false };
    this.uses.push(use);
    for (const { meter, quantity, kind } of asked) {
      const used = this.used(meter, kind);
      const parts = meter.price(used, used + quantity, kind);
      const owed = (meter.rounding === 'carry' ? this.carried(meter, kind) : 0) + parts;
      const credits = quantity === 0 ? 0 : Math.max(0, Math.ceil(owed / PARTS));
      use.lines.push({ meter, kind, quantity, parts, credits, left: credits, isUndone: false });
    }
    return use;
  }

  undo({ lines }: ModelUse, what: { amount?: number; lines?: readonly number[] }): number {
    const back = what.amount === undefined ? this.undoLines(lines, what.lines) : giveBack(lines, what.amount);
    this.balance += back;
    return back;
  }

  used(meter: ModelMeter, kind: string): number {
    return sum(this.standing(meter, kind).map(({ quantity }) => quantity));
  }

  carried(meter: ModelMeter, kind: string): number {
    return sum(this.standing(meter, kind).map(({ parts, credits }) => parts - credits * PARTS));
  }

  private standing(meter: ModelMeter, kind: string): ModelLine[] {
    const lines = this.uses.flatMap((use) => use.lines);
    return lines.filter((line) => line.meter === meter && line.kind === kind && !line.isUndone);
  }

  private undoLines(lines: ModelLine[], places: readonly number[] | undefined): number {
    const named = places ?? [...lines.keys()].filter((place) => lines[place]?.isUndone === false);
    if (named.length === 0) throw new Refused('reversal-exceeds-spend');
    for (const place of named) {
      if (lines[place] === undefined) throw new Refused('line-not-found');
      if (lines[place].isUndone) throw new Refused('line-already-reversed');
    }
    return sum(
      named.map((place) => {
        const line = lines[place];
        if (line === undefined) return 0;
        const back = line.left;
        line.left = 0;
        line.isUndone = true;
        return back;
      }),
    );
  }
}

function giveBack(lines: ModelLine[], amount: number): number {
  if (amount > sum(lines.map(({ left }) => left))) throw new Refused('reversal-exceeds-spend');
  let rest = amount;
  for (const line of lines.toReversed()) {
    const part = Math.min(rest, line.left);
    line.left -= part;
    rest -= part;
  }
  return amount;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
