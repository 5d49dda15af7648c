/** Buckets per doubling: neighbouring buckets lie 1.1 % apart, so a percentile is right to about that. */
const BUCKETS_PER_DOUBLING = 64;
/** One hundredth of a millisecond; whatever is faster lies in the first bucket. */
const SMALLEST_MS = 0.01;

/** Latencies counted in buckets of growing width: small enough to send between processes and to add up over rounds. */
export class Histogram {
  private readonly counts: number[];

  constructor(counts: readonly number[] = []) {
    this.counts = [...counts];
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + (count ?? 0), 0);
  }

  record(latencyMs: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log2(latencyMs / SMALLEST_MS) * BUCKETS_PER_DOUBLING));
    while (this.counts.length <= bucket) this.counts.push(0);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  add(other: readonly number[]): void {
    for (const [bucket, count] of other.entries()) this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
  }

  /** The latency that the given share (0.5 for the median) stays within; 0 when nothing was recorded. */
  percentileMs(share: number): number {
    const wanted = Math.ceil(this.count * share);
    let seen = 0;
    for (const [bucket, count] of this.counts.entries()) {
      seen += count;
      if (wanted > 0 && seen >= wanted) return SMALLEST_MS * 2 ** (bucket / BUCKETS_PER_DOUBLING);
    }
    return 0;
  }

  toJSON(): number[] {
    return this.counts;
  }
}
