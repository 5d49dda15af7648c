/** What stands in one of two lists, each of which has an order of its own. */
interface Recorded {
  readonly recordedAt: Date;
}

/** A list, and whether there may be more behind its end. */
export interface Part<T> {
  readonly list: readonly T[];
  readonly isCut: boolean;
}

/**
 * Two lists as one: what is of one list stays in its order, and stands among what is of the other by when it was
 * recorded; what was recorded at one moment begins with the first list. What would stand behind the end of a list that
 * goes on is left out, since what goes on there may belong before it.
 */
export function merge<T extends Recorded, U extends Recorded>(first: Part<T>, second: Part<U>): (T | U)[] {
  const merged: (T | U)[] = [];
  for (let one = 0, other = 0; ; ) {
    const next = first.list[one];
    const beside = second.list[other];
    if ((next === undefined && first.isCut) || (beside === undefined && second.isCut)) return merged;
    if (next !== undefined && (beside === undefined || next.recordedAt <= beside.recordedAt)) {
      merged.push(next);
      one += 1;
    } else if (beside !== undefined) {
      merged.push(beside);
      other += 1;
    } else return merged;
  }
}
