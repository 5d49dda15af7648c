import { QUARTER_MS } from '../quarters.js';
import type { UsageChange } from './usage-of.js';

const DAY_MS = 24 * 60 * 60_000;

/** Sums over some usage: a row of a table of sums, or what it changes by. */
export interface Sum {
  /** Empty over all accounts. */
  readonly accountId: string;
  /** When the quarter of an hour or the day (UTC) begins, in milliseconds. */
  readonly beginsMs: number;
  readonly meter: string;
  /** As JSON, with the names in order; empty by day. */
  readonly dimensions: string;
  /** Of the cost; empty where there is none. */
  readonly currency: string;
  /** In billionths. */
  readonly quantity: bigint;
  readonly credits: bigint;
  readonly costMinor: bigint;
}

/** The changes of some accounts, added up by quarter of an hour. */
export function byQuarter(changes: readonly UsageChange[]): Sum[] {
  return addedUp(changes.flatMap(toSums));
}

/** One row has what was used, with the first of its costs: most usage costs in one currency. */
function toSums({ accountId, usedAt, meter, dimensions, quantity, credits, costs }: UsageChange): Sum[] {
  const [first = NO_COST, ...others] = costs;
  const key = { accountId, beginsMs: beginOf(usedAt.getTime(), QUARTER_MS), meter, dimensions };
  return [
    { ...key, currency: first.currency, quantity, credits, costMinor: first.amountMinor },
    ...others.map(({ currency, amountMinor }) => ({
      ...key,
      currency,
      quantity: 0n,
      credits: 0n,
      costMinor: amountMinor,
    })),
  ];
}

const NO_COST = { currency: '', amountMinor: 0n };

/** The same by day, of which the dimensions are not kept. */
export function byDay(quarters: readonly Sum[]): Sum[] {
  return addedUp(quarters.map((sum) => ({ ...sum, beginsMs: beginOf(sum.beginsMs, DAY_MS), dimensions: '' })));
}

/** The same over all accounts. */
export function overAll(quarters: readonly Sum[]): Sum[] {
  return addedUp(quarters.map((sum) => ({ ...sum, accountId: '' })));
}

/** What takes these off again. */
export function negative(sums: readonly Sum[]): Sum[] {
  return sums.map((sum) => ({
    ...sum,
    quantity: -sum.quantity,
    credits: -sum.credits,
    costMinor: -sum.costMinor,
  }));
}

/** One row for each key, in the order of the keys, which is the same for whoever writes them. */
function addedUp(sums: readonly Sum[]): Sum[] {
  const rows = new Map<string, Sum>();
  for (const sum of sums) {
    const key = keyOf(sum);
    const known = rows.get(key);
    rows.set(
      key,
      known === undefined
        ? sum
        : {
            ...known,
            quantity: known.quantity + sum.quantity,
            credits: known.credits + sum.credits,
            costMinor: known.costMinor + sum.costMinor,
          },
    );
  }
  return [...rows]
    .filter(([, { quantity, credits, costMinor }]) => quantity !== 0n || credits !== 0n || costMinor !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => sum);
}

function keyOf({ accountId, beginsMs, meter, dimensions, currency }: Sum): string {
  return `${accountId} ${beginsMs} ${meter} ${currency} ${dimensions}`;
}

function beginOf(ms: number, spanMs: number): number {
  return Math.floor(ms / spanMs) * spanMs;
}
