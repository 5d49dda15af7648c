/** Batches that are read before memory is tried again, at the most. */
const MOST_TO_WAIT = 1_024;

/**
 * Whether it is worth deciding from memory. Where other processes write the same accounts, most of what is remembered
 * is wrong, and finding that out costs as much as reading: every failure in a row doubles the number of batches that
 * are read before the next try.
 */
export class CacheBackoff {
  private penalty = 0;
  private left = 0;

  get isThere(): boolean {
    return this.left === 0;
  }

  /** Memory was right. */
  gain(): void {
    this.penalty = Math.floor(this.penalty / 2);
  }

  /** Memory was wrong. */
  lose(): void {
    this.penalty = Math.min(MOST_TO_WAIT, Math.max(1, this.penalty * 2));
    this.left = this.penalty;
  }

  /** A batch was read. */
  wait(): void {
    if (this.left > 0) this.left -= 1;
  }
}
