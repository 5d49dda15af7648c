import type { Inclusion, Position } from '../../../rating/pricing/position.js';
import type { Quantity } from '../../../rating/pricing/quantity.js';
import { ReadFurther } from '../../book/extent.js';
import type { Balance, Source } from '../../book/model.js';
import { coverUsageOf, type KnownInclusions, type PlanInclusion } from './known-inclusions.js';

const NONE: readonly Inclusion[] = [];

/**
 * What an account has included, as far as a book knows it, and what decisions have changed of it. Time alone changes
 * nothing of it: whether an inclusion covers usage follows from the time of the usage.
 */
export class Inclusions {
  readonly added = new Set<PlanInclusion>();
  private readonly touched = new Set<PlanInclusion>();

  constructor(
    public known: KnownInclusions | undefined,
    private readonly balance: Balance,
  ) {}

  /**
   * What covers usage of an instant, and those that are named, whatever they still cover: lines or holds have taken of
   * them. In the order in which usage takes of them: what ends first, then what was given first.
   * @throws ReadFurther where not all of it is known
   */
  asked({ usedAt, named }: { usedAt: Date | undefined; named: readonly string[] }): readonly Inclusion[] {
    if (usedAt !== undefined && !coverUsageOf(this.known, this.balance, usedAt)) throw new ReadFurther();
    if (named.some((id) => this.known?.byId.has(id) !== true)) throw new ReadFurther();
    if (this.known === undefined || this.known.byId.size === 0) return NONE;
    const names = new Set(named);
    return this.inOrder()
      .filter(
        (one) => names.has(one.id) || (usedAt !== undefined && one.effectiveAt <= usedAt && usedAt < one.expiresAt),
      )
      .map(toInclusion);
  }

  /** Those of a purchase, which was named when the book was read. */
  of({ type, id }: Source): PlanInclusion[] {
    return this.inOrder().filter(({ source }) => source.type === type && source.id === id);
  }

  /** What remains from now on. What comes back to one of which all the money is back is taken back at once. */
  move({ inclusions }: Position): void {
    for (const { id, left } of inclusions) {
      const inclusion = this.known?.byId.get(id);
      if (inclusion === undefined || inclusion.remaining === left) continue;
      inclusion.remaining = left;
      if (isReturned(inclusion)) takeBack(inclusion, left);
      this.touch(inclusion);
    }
  }

  add(inclusion: PlanInclusion): void {
    const { balance } = this;
    // Where there were none before, all are known.
    if (balance.includedUntil === null) this.known = { sinceMs: Number.NEGATIVE_INFINITY, byId: new Map() };
    this.known?.byId.set(inclusion.id, inclusion);
    this.added.add(inclusion);
    if (balance.includedUntil === null || balance.includedUntil < inclusion.expiresAt)
      balance.includedUntil = inclusion.expiresAt;
  }

  touch(inclusion: PlanInclusion): void {
    if (!this.added.has(inclusion)) this.touched.add(inclusion);
  }

  /** They have changed without an entry: whoever remembers them notices by the count of changes of holds. */
  step(): void {
    this.balance.holdsChanged += 1n;
  }

  get changed(): ReadonlySet<PlanInclusion> {
    return this.touched;
  }

  get isChanged(): boolean {
    return this.added.size + this.touched.size > 0;
  }

  private inOrder(): PlanInclusion[] {
    return [...(this.known?.byId.values() ?? [])].sort(
      (a, b) =>
        a.expiresAt.getTime() - b.expiresAt.getTime() ||
        a.effectiveAt.getTime() - b.effectiveAt.getTime() ||
        (a.id < b.id ? -1 : 1),
    );
  }
}

export function takeBack(inclusion: PlanInclusion, quantity: Quantity): void {
  inclusion.remaining = (inclusion.remaining - quantity) as Quantity;
  inclusion.takenBack = (inclusion.takenBack + quantity) as Quantity;
}

function isReturned({ chargedMinor, returnedMinor }: PlanInclusion): boolean {
  return chargedMinor > 0n && returnedMinor === chargedMinor;
}

function toInclusion({ id, meter, match, remaining }: PlanInclusion): Inclusion {
  return { id, meter, match, left: remaining };
}
