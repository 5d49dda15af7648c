/** What was given at once, and is used up as a whole or in parts. */
export interface Lot {
  purchase: string;
  amount: number;
  left: number;
  lapsed: number;
  endsMs: number;
}

/** All credits of one subscriber, and what is owed. */
export class ModelLots {
  /** In the order of their making. */
  private readonly lots: Lot[] = [];
  private debt = 0;

  get all(): readonly Lot[] {
    return this.lots;
  }

  get balance(): number {
    return this.lots.reduce((sum, { left }) => sum + left, 0) - this.debt;
  }

  take(amount: number): void {
    takeFrom(this.inOrder(), amount);
  }

  /** Of a purchase first, then of all others; what nothing is left for is owed. */
  takeBack(purchase: string, amount: number): void {
    const ordered = this.inOrder();
    const own = ordered.filter((lot) => lot.purchase === purchase);
    this.debt += takeFrom([...own, ...ordered.filter((lot) => lot.purchase !== purchase)], amount);
  }

  give(lot: Lot): void {
    const repaid = Math.min(this.debt, lot.amount);
    this.debt -= repaid;
    lot.left = lot.amount - repaid;
    this.lots.push(lot);
  }

  private inOrder(): Lot[] {
    return this.lots.toSorted((a, b) => (a.endsMs === b.endsMs ? 0 : a.endsMs - b.endsMs));
  }
}

export function lapse(lot: Lot): void {
  lot.lapsed += lot.left;
  lot.left = 0;
}

/** Returns what none of them had. */
function takeFrom(lots: readonly Lot[], amount: number): number {
  let open = amount;
  for (const lot of lots) {
    const taken = Math.min(lot.left, open);
    lot.left -= taken;
    open -= taken;
  }
  return open;
}
