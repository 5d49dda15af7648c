import type { Dimensions } from '../../../rating/pricing/dimensions.js';
import { spentLines } from '../../../rating/pricing/give-back.js';
import type { PricedLine } from '../../../rating/pricing/price-lines.js';
import { quantityOfText, quantityText } from '../../../rating/pricing/quantity.js';
import { fromFraction, toFraction } from '../../../rating/pricing/ratio.js';
import { keysOf, type Reserved } from '../../../rating/pricing/reserve.js';
import { toUsage, usageText } from '../kept-lines.js';
import type { CounterName, Month } from '../known-counters.js';

/** What a hold by lines was estimated by, and what it keeps to itself of where its account stands. */
export interface HoldUsage {
  /** Of the usage: its captures count in it, whenever they come. */
  readonly month: Month;
  /** The estimate, as it was priced. */
  readonly lines: readonly PricedLine[];
  /** Of an active hold, which is found by it though it may hold no credits; null once it has ended. */
  reserved: Reserved | null;
}

/** What a row keeps of it, as JSON: quantities are decimal text, fractions as `toFraction` writes them. */
interface KeptReserved {
  readonly spans?: readonly [key: string, from: string, left: string][];
  readonly fractions?: readonly [key: string, taken: string, price: string][];
  readonly inclusions?: readonly [id: string, meter: string, match: Dimensions, left: string][];
}

export function holdLinesText({ month, lines }: HoldUsage): string {
  return usageText({ month, lines: spentLines(lines) });
}

export function reservedText({ spans, fractions, inclusions }: Reserved): string {
  return JSON.stringify({
    ...(spans.size > 0 && {
      spans: [...spans].map(([key, { from, left }]) => [key, quantityText(from), quantityText(left)] as const),
    }),
    ...(fractions.size > 0 && {
      fractions: [...fractions].map(([key, { taken, price }]) => [key, toFraction(taken), toFraction(price)] as const),
    }),
    ...(inclusions.length > 0 && {
      inclusions: inclusions.map(({ id, meter, match, left }) => [id, meter, match, quantityText(left)] as const),
    }),
  });
}

/** Of two columns of a row, as the driver reads JSON; null of a hold of an amount. */
export function toHoldUsage(lines: object | null | undefined, reserved: object | null | undefined): HoldUsage | null {
  if (lines === null || lines === undefined) return null;
  const { month, lines: spent } = toUsage(JSON.stringify(lines));
  return { month, lines: spent.map(({ line }) => line), reserved: reserved ? toReserved(reserved) : null };
}

function toReserved({ spans = [], fractions = [], inclusions = [] }: KeptReserved): Reserved {
  return {
    spans: new Map(spans.map(([key, from, left]) => [key, { from: quantityOfText(from), left: quantityOfText(left) }])),
    fractions: new Map(
      fractions.map(([key, taken, price]) => [key, { taken: fromFraction(taken), price: fromFraction(price) }]),
    ),
    inclusions: inclusions.map(([id, meter, match, left]) => ({ id, meter, match, left: quantityOfText(left) })),
  };
}

/** The counters that a hold has moved, and moves again at its end. */
export function countersOfHold(usage: HoldUsage | null): CounterName[] {
  if (usage === null || usage.reserved === null) return [];
  const { month } = usage;
  return keysOf(usage.reserved).map((key) => ({ month, key }));
}

/** The inclusions that a hold has taken from. */
export function inclusionsOfHold(usage: HoldUsage | null): string[] {
  return usage?.reserved?.inclusions.map(({ id }) => id) ?? [];
}

/** The counters of holds by account. */
export function reservedCounters(
  holds: ReadonlyMap<string, readonly { readonly usage: HoldUsage | null }[]>,
): (CounterName & { accountId: string })[] {
  return [...holds].flatMap(([accountId, ofAccount]) =>
    ofAccount.flatMap(({ usage }) => countersOfHold(usage).map((counter) => ({ accountId, ...counter }))),
  );
}

/** Their inclusions. */
export function reservedInclusions(
  holds: ReadonlyMap<string, readonly { readonly usage: HoldUsage | null }[]>,
): { accountId: string; id: string }[] {
  return [...holds].flatMap(([accountId, ofAccount]) =>
    ofAccount.flatMap(({ usage }) => inclusionsOfHold(usage).map((id) => ({ accountId, id }))),
  );
}
