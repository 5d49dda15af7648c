/** What reports are made of are sums by quarters of an hour, which begin at these instants. */
export const QUARTER_MS = 15 * 60_000;

/** When the first quarter of an hour begins after an instant, in milliseconds. */
export function nextQuarter(ms: number): number {
  return (Math.floor(ms / QUARTER_MS) + 1) * QUARTER_MS;
}
