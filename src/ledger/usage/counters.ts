import type { Position } from '../../rating/pricing/position.js';
import { NO_QUANTITY, type Quantity } from '../../rating/pricing/quantity.js';
import { type Ratio, ZERO } from '../../rating/pricing/ratio.js';
import { ReadFurther } from '../book/extent.js';
import { type ArchivedCounters, archiveWhatIsBeyond, rowText } from './kept-counters.js';
import { type CounterName, carriedBy, type KnownCounters, nameOf, noCounters, usedBy } from './known-counters.js';

/** Of no more counters than this is it all the same which was moved last: all of them fit. */
const FEW = 8;

/**
 * Where an account stands with its usage, as far as a book knows it, and what decisions have changed of it. A counter
 * changes only together with an entry: whoever writes a book has the head of its chain compared, and so the counters.
 */
export class Counters {
  readonly known: KnownCounters;
  /** What has to be put into the archive when the book is written. */
  readonly toArchive: ArchivedCounters = { used: new Map(), remainders: new Map() };
  isChanged = false;

  constructor(known?: KnownCounters) {
    this.known = known ?? noCounters();
  }

  /** Where the account stands with these counters, which are of one month. @throws ReadFurther where it is not known */
  position(names: readonly CounterName[]): Position {
    const used = new Map<string, Quantity>();
    const remainders = new Map<string, Ratio>();
    for (const name of names) {
      const { key } = name;
      const count = usedBy(this.known, name);
      const remainder = carriedBy(this.known, key);
      if (count === undefined || remainder === undefined) throw new ReadFurther();
      if (count !== NO_QUANTITY) used.set(key, count);
      if (remainder.numerator !== 0n) remainders.set(key, remainder);
    }
    return { used, remainders, inclusions: [] };
  }

  /** Where it stands with these counters from now on. */
  move(names: readonly CounterName[], { used, remainders }: Position): void {
    for (const name of names) {
      const { month, key } = name;
      const count = used.get(key) ?? NO_QUANTITY;
      const remainder = remainders.get(key) ?? ZERO;
      if (usedBy(this.known, name) !== count) this.put(this.known.used, nameOf(month, key), count);
      if (!isSame(carriedBy(this.known, key), remainder)) this.put(this.known.remainders, key, remainder);
    }
  }

  /** What the row of the balance keeps of them from now on. What it has no room for is put with `toArchive`. */
  keptRow(): string {
    archiveWhatIsBeyond(this.known, this.toArchive);
    return rowText(this.known);
  }

  private put<T>(map: Map<string, T>, name: string, value: T): void {
    this.isChanged = true;
    // To the end: what was moved last is kept longest. Where all fit, a map that stays as it is costs no memory.
    if (this.known.archived?.delete(name) === true || map.size > FEW) map.delete(name);
    map.set(name, value);
  }
}

function isSame(a: Ratio | undefined, b: Ratio): boolean {
  return a !== undefined && a.numerator === b.numerator && a.denominator === b.denominator;
}
