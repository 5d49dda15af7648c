import type { Grant } from './model.js';

/**
 * Grants in one total order, of which those with credits left are walked. Every step costs no more than finding a place
 * in a sorted list, however many grants there are: an account may have thousands, and a batch hundreds of commands on
 * it.
 */
export class GrantsInOrder {
  private readonly sorted: Grant[];
  /** Before it nothing is left. */
  private first = 0;

  constructor(
    grants: Iterable<Grant>,
    private readonly compare: (a: Grant, b: Grant) => number,
  ) {
    this.sorted = [...grants].filter(isOpen).sort(compare);
  }

  /** Those with credits left, in order. What is taken from a grant that was walked past may be taken meanwhile. */
  *open(): Generator<Grant> {
    const { sorted } = this;
    for (let index = this.first; index < sorted.length; index += 1) {
      const grant = sorted[index];
      if (grant === undefined) return;
      if (isOpen(grant)) yield grant;
      else if (index === this.first) this.first = index + 1;
    }
  }

  /** To be told of every grant that credits have come to. */
  refilled(grant: Grant): void {
    const place = this.placeOf(grant);
    if (this.sorted[place] !== grant) this.sorted.splice(place, 0, grant);
    this.first = Math.min(this.first, place);
  }

  /** Where the grant stands, or would. */
  private placeOf(grant: Grant): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.sorted[middle];
      if (other !== undefined && this.compare(other, grant) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isOpen(grant: Grant): boolean {
  return grant.status === 'active' && grant.remaining > 0n;
}
