import type { Position } from '../../rating/pricing/position.js';
import { NO_QUANTITY, type Quantity } from '../../rating/pricing/quantity.js';
import { type Ratio, ZERO } from '../../rating/pricing/ratio.js';
import { ReadFurther } from '../book/extent.js';
import { type CounterName, type KnownCounters, type Month, nameOf } from './known-counters.js';

/** A number under the name of its counter: of a month, or of all of them for a remainder. */
interface Moved<T> {
  readonly key: string;
  readonly value: T;
}

/**
 * Where an account stands with its usage, as far as a book knows it, and what decisions have changed of it. A counter
 * changes only together with an entry: whoever writes a book has the head of its chain compared, and so the counters.
 */
export class Counters {
  private readonly changedUsed = new Map<string, CounterName>();
  private readonly changedRemainders = new Set<string>();

  constructor(readonly known: KnownCounters = { used: new Map(), remainders: new Map() }) {}

  /** Where the account stands with these counters, which are of one month. @throws ReadFurther where it is not known */
  position(names: readonly CounterName[]): Position {
    const used = new Map<string, Quantity>();
    const remainders = new Map<string, Ratio>();
    for (const { month, key } of names) {
      const count = this.known.used.get(nameOf(month, key));
      const remainder = this.known.remainders.get(key);
      if (count === undefined || remainder === undefined) throw new ReadFurther();
      if (count !== NO_QUANTITY) used.set(key, count);
      if (remainder.numerator !== 0n) remainders.set(key, remainder);
    }
    return { used, remainders, inclusions: [] };
  }

  /** Where it stands with these counters from now on. */
  move(names: readonly CounterName[], { used, remainders }: Position): void {
    for (const { month, key } of names) {
      const name = nameOf(month, key);
      const count = used.get(key) ?? NO_QUANTITY;
      const remainder = remainders.get(key) ?? ZERO;
      if (this.known.used.get(name) !== count) this.changedUsed.set(name, { month, key });
      if (!isSame(this.known.remainders.get(key), remainder)) this.changedRemainders.add(key);
      // To the end of both: what was moved last is remembered longest.
      moveToEnd(this.known.used, name, count);
      moveToEnd(this.known.remainders, key, remainder);
    }
  }

  get isChanged(): boolean {
    return this.changedUsed.size + this.changedRemainders.size > 0;
  }

  usedToWrite(): (Moved<Quantity> & { readonly month: Month })[] {
    return [...this.changedUsed].map(([name, { month, key }]) => ({
      month,
      key,
      value: this.known.used.get(name) ?? NO_QUANTITY,
    }));
  }

  remaindersToWrite(): Moved<Ratio>[] {
    return [...this.changedRemainders].map((key) => ({ key, value: this.known.remainders.get(key) ?? ZERO }));
  }
}

function isSame(a: Ratio | undefined, b: Ratio): boolean {
  return a !== undefined && a.numerator === b.numerator && a.denominator === b.denominator;
}

function moveToEnd<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
}
