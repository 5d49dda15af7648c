/** Lines of usage in the model of the ledger, by a price with tiers of the month. */

/** The first units of a month cost more; each of the others costs one. */
export const DEAR = { units: 10, credits: 3 };

export interface ModelLine {
  quantity: number;
  /** What of its credits was not given back. */
  left: number;
  isUndone: boolean;
}

export interface ModelUsage {
  month: string;
  lines: ModelLine[];
  /** Whether another spend was made in its place. */
  isCorrected?: boolean;
}

export function standing(lines: readonly ModelLine[]): ModelLine[] {
  return lines.filter(({ isUndone }) => !isUndone);
}

/** What each unit costs is counted one by one, behind all that was used in the month and not undone. */
export function pricedLines(ofMonth: readonly ModelLine[], quantities: number[]): ModelLine[] {
  let used = standing(ofMonth).reduce((total, { quantity }) => total + quantity, 0);
  return quantities.map((quantity) => {
    let left = 0;
    for (let unit = 0; unit < quantity; unit += 1) {
      left += used < DEAR.units ? DEAR.credits : 1;
      used += 1;
    }
    return { quantity, left, isUndone: false };
  });
}

/** Gives an amount back, of the last line first. */
export function giveBackOf(lines: readonly ModelLine[], amount: number): void {
  let rest = amount;
  for (const line of lines.toReversed()) {
    const part = Math.min(rest, line.left);
    line.left -= part;
    rest -= part;
  }
}
