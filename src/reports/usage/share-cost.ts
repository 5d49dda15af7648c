import type { CostBasis } from '../../ledger/book/model.js';

/**
 * Shares what an entry had cost out to its lines, in proportion to their credits, so that the shares add up to the
 * whole exactly: each line has what is due up to it less what the lines before it have. Amounts may be negative.
 */
export function shareCost(costs: readonly CostBasis[], credits: readonly bigint[]): CostBasis[][] {
  const shares: CostBasis[][] = credits.map(() => []);
  const total = credits.reduce((sum, one) => sum + size(one), 0n);
  for (const { currency, amountMinor } of costs) {
    let [upTo, shared] = [0n, 0n];
    for (const [place, one] of credits.entries()) {
      upTo += size(one);
      const isLast = place === credits.length - 1;
      const due = isLast || total === 0n ? amountMinor : (amountMinor * upTo) / total;
      if (due !== shared) shares[place]?.push({ currency, amountMinor: due - shared });
      shared = due;
    }
  }
  return shares;
}

function size(credits: bigint): bigint {
  return credits < 0n ? -credits : credits;
}

/** The sums by currency of costs, less others: what is 0 is left out. */
export function costsLess(costs: readonly CostBasis[], others: readonly CostBasis[] = []): CostBasis[] {
  const sums = new Map<string, bigint>();
  const add = ({ currency, amountMinor }: CostBasis, sign: bigint) =>
    sums.set(currency, (sums.get(currency) ?? 0n) + sign * amountMinor);
  for (const cost of costs) add(cost, 1n);
  for (const cost of others) add(cost, -1n);
  return [...sums]
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(([currency, amountMinor]) => ({ currency, amountMinor }));
}
