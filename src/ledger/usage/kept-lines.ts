import { type Credits, credits, toJsonInteger } from '../../kernel/credits.js';
import type { Dimensions } from '../../rating/pricing/dimensions.js';
import { giveBackAmount, markUndone, type SpentLine, spentLines } from '../../rating/pricing/give-back.js';
import type { PricedLine } from '../../rating/pricing/price-lines.js';
import { NO_QUANTITY, quantityOf, quantityText } from '../../rating/pricing/quantity.js';
import { fromFraction, toFraction } from '../../rating/pricing/ratio.js';
import type { Month } from './known-counters.js';
import type { EventName } from './usage-events.js';

/** The lines of a spend, and the month of the usage, whose counters they are in. */
export interface SpendUsage {
  readonly month: Month;
  /** When it was used; absent where that is when the spend was recorded. */
  readonly usedAt?: Date;
  /** The event that told of it. */
  readonly event?: SpentEvent;
  /** The spend in whose place it was made. */
  readonly corrects?: string;
  lines: readonly SpentLine[];
  /** The spend that was made in its place. */
  correctedBy?: string;
}

/** What a reversal has undone: lines of its spend by their places from 0, and for which spend they made room. */
export interface UndoneLines {
  readonly places: readonly number[];
  correctedBy?: string;
}

/** What the row of a spend keeps of the usage event that it came from. */
export interface SpentEvent extends EventName {
  readonly type: string;
  /** Whether its data was a list of lines. Else it was one line, and the meter of that was the type. */
  readonly isOfLines: boolean;
}

/** A line in the row of its spend: what is empty is left out, what is said twice is said once. */
interface KeptLine {
  readonly meter: string;
  readonly quantity: string;
  readonly dimensions?: Dimensions;
  /** The match of the price. */
  readonly match?: Dimensions;
  readonly version: number;
  /** See `toFraction`. */
  readonly price: string;
  readonly credits: number;
  readonly carry?: true;
  readonly included?: readonly { readonly inclusion: string; readonly quantity: string }[];
}

/** What the row of a spend keeps of its lines, and that of a reversal of the lines that it has undone, as JSON. */
interface KeptUsage {
  readonly month: Month;
  readonly usedAt?: string;
  readonly event?: KeptEvent;
  readonly corrects?: string;
  readonly lines: readonly KeptLine[];
}

interface KeptEvent extends EventName {
  readonly type: string;
  readonly ofLines?: true;
}

interface KeptReversal {
  readonly undone: readonly number[];
  readonly correctedBy?: string;
}

/** Besides `toUsage`, Postgres reads it as text, by the order of its names: see `readRuns`. */
export function usageText({ month, usedAt, event, corrects, lines }: SpendUsage): string {
  // What is undefined is left out.
  return JSON.stringify({
    month,
    usedAt: usedAt?.toISOString(),
    event: event && toKeptEvent(event),
    corrects,
    lines: lines.map(({ line }) => toKept(line)),
  } satisfies KeptUsage);
}

/** The lines of a spend as its row keeps them: nothing is given back yet. */
export function toUsage(text: string): SpendUsage {
  const { month, usedAt, event, corrects, lines }: KeptUsage = JSON.parse(text);
  return {
    month,
    ...(usedAt !== undefined && { usedAt: new Date(usedAt) }),
    ...(event !== undefined && { event: toEvent(event) }),
    ...(corrects !== undefined && { corrects }),
    lines: spentLines(lines.map(toLine)),
  };
}

function toKeptEvent({ source, id, type, isOfLines }: SpentEvent): KeptEvent {
  return isOfLines ? { source, id, type, ofLines: true } : { source, id, type };
}

function toEvent({ source, id, type, ofLines }: KeptEvent): SpentEvent {
  return { source, id, type, isOfLines: ofLines === true };
}

export function undoneText({ places, correctedBy }: UndoneLines): string {
  return JSON.stringify({ undone: places, correctedBy } satisfies KeptReversal);
}

/** What a reversal has undone, by what its row keeps; undefined where that is nothing: it gave back an amount. */
export function undoneOf(text: string | null | undefined): UndoneLines | undefined {
  if (text === null || text === undefined) return undefined;
  const { undone, correctedBy }: KeptReversal = JSON.parse(text);
  return { places: undone, ...(correctedBy !== undefined && { correctedBy }) };
}

/**
 * The lines of a spend once a reversal of it was written. A process that knows of no lines gives back an amount, also
 * when that is all of the spend.
 */
export function afterReversal(
  usage: SpendUsage,
  { amount, undone }: { amount: Credits; undone: UndoneLines | undefined },
): SpendUsage {
  if (undone === undefined) return { ...usage, lines: giveBackAmount(usage.lines, amount) };
  const { places, correctedBy } = undone;
  const lines = markUndone(usage.lines, new Set(places));
  return { ...usage, lines, ...(correctedBy !== undefined && { correctedBy }) };
}

function toKept({ meter, quantity, dimensions, match, rateVersion, price, included, ...line }: PricedLine): KeptLine {
  return {
    meter,
    quantity: quantityText(quantity),
    ...(isEmpty(dimensions) ? {} : { dimensions }),
    ...(isEmpty(match) ? {} : { match }),
    version: rateVersion,
    price: toFraction(price),
    credits: toJsonInteger(line.credits),
    ...(line.rounding === 'carry' ? { carry: true } : {}),
    ...(included.length === 0
      ? {}
      : { included: included.map((part) => ({ ...part, quantity: quantityText(part.quantity) })) }),
  };
}

function toLine({ meter, version, price, carry, included = [], ...kept }: KeptLine): PricedLine {
  const quantity = (text: string) => quantityOf(text) ?? NO_QUANTITY;
  return {
    meter,
    quantity: quantity(kept.quantity),
    dimensions: kept.dimensions ?? {},
    match: kept.match ?? {},
    rateVersion: version,
    price: fromFraction(price),
    credits: credits(kept.credits),
    rounding: carry === true ? 'carry' : 'up',
    included: included.map((part) => ({ ...part, quantity: quantity(part.quantity) })),
  };
}

function isEmpty(dimensions: Dimensions): boolean {
  for (const _ in dimensions) return false;
  return true;
}
