import type { Dimensions } from '../../rating/pricing/dimensions.js';

/** How many kinds of usage that would be refused are named. */
const MAX_NAMED = 20;

/** Why a draft would not price usage: the type of the problem. */
export const REFUSAL_TYPES = ['usage-not-priced', 'price-out-of-range'] as const;
export type RefusalType = (typeof REFUSAL_TYPES)[number];

interface Refusal {
  readonly type: RefusalType;
  readonly dimensions: Dimensions;
}

/** What a line of the span costs, as it was and by the draft. */
export interface LineEffect {
  /** In billionths of the unit; included quantity is a part of it. */
  readonly quantity: bigint;
  readonly includedQuantity: bigint;
  readonly beforeCredits: bigint;
  /** 0 for what would be refused. */
  readonly afterCredits: bigint;
  readonly refusal?: Refusal;
}

type RefusedUsage = Refusal & { lines: number };

/** Sums over lines, of an account or of all. */
export class Sums {
  lines = 0;
  quantity = 0n;
  includedQuantity = 0n;
  beforeCredits = 0n;
  afterCredits = 0n;
  refusedLines = 0;
  refusedQuantity = 0n;
  /** What was charged for lines that would be refused. */
  refusedBeforeCredits = 0n;
  private readonly byKind = new Map<string, RefusedUsage>();

  add(effect: LineEffect): void {
    this.count(effect, 1n);
  }

  /** Of a line that was added and is undone. */
  takeBack(effect: LineEffect): void {
    this.count(effect, -1n);
  }

  addAll(other: Sums): void {
    this.lines += other.lines;
    this.quantity += other.quantity;
    this.includedQuantity += other.includedQuantity;
    this.beforeCredits += other.beforeCredits;
    this.afterCredits += other.afterCredits;
    this.refusedLines += other.refusedLines;
    this.refusedQuantity += other.refusedQuantity;
    this.refusedBeforeCredits += other.refusedBeforeCredits;
    for (const { lines, ...refusal } of other.refusedUsage) this.name(refusal, lines);
  }

  /** The kinds of usage that would be refused, those that were met first. */
  get refusedUsage(): readonly RefusedUsage[] {
    return [...this.byKind.values()].filter(({ lines }) => lines > 0);
  }

  private count(effect: LineEffect, sign: 1n | -1n): void {
    const { quantity, includedQuantity, beforeCredits, afterCredits, refusal } = effect;
    this.lines += Number(sign);
    this.quantity += sign * quantity;
    this.includedQuantity += sign * includedQuantity;
    this.beforeCredits += sign * beforeCredits;
    this.afterCredits += sign * afterCredits;
    if (refusal === undefined) return;
    this.refusedLines += Number(sign);
    this.refusedQuantity += sign * quantity;
    this.refusedBeforeCredits += sign * beforeCredits;
    this.name(refusal, Number(sign));
  }

  private name({ type, dimensions }: Refusal, lines: number): void {
    const key = `${type} ${JSON.stringify(dimensions)}`;
    const known = this.byKind.get(key);
    if (known !== undefined) known.lines += lines;
    else if (this.byKind.size < MAX_NAMED && lines > 0) this.byKind.set(key, { type, dimensions, lines });
  }
}
