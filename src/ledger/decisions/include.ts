import { newId } from '../../kernel/ids.js';
import type { Dimensions } from '../../rating/pricing/dimensions.js';
import { minQuantity, NO_QUANTITY, type Quantity, UNIT } from '../../rating/pricing/quantity.js';
import type { Book } from '../book/book.js';
import type { Source } from '../book/model.js';
import { takeBack } from '../usage/included/inclusions.js';
import type { PlanInclusion } from '../usage/included/known-inclusions.js';

// What plans include. Each change steps the count of changes of holds, since it may come without an entry: so whoever
// decides from memory notices. The purchase has to be named when the book is opened.

/** What a month of a plan includes. */
export interface NewInclusion {
  readonly meter: string;
  readonly match: Dimensions;
  /** More than 0. */
  readonly quantity: Quantity;
  /** It covers usage whose own time is from here on and before `expiresAt`. */
  readonly effectiveAt: Date;
  readonly expiresAt: Date;
  readonly source: Source;
  readonly sourcePart: string;
}

/** Includes usage, once for each part of a purchase, meter and match: asked again, nothing changes. */
export function decideInclude(book: Book, { quantity, ...given }: NewInclusion): void {
  const { inclusions } = book.usage;
  const isKnown = inclusions
    .of(given.source)
    .some((one) => one.sourcePart === given.sourcePart && one.meter === given.meter && isSame(one.match, given.match));
  if (isKnown) return;
  inclusions.add({
    ...given,
    id: newId('inc', book.now),
    granted: quantity,
    remaining: quantity,
    takenBack: NO_QUANTITY,
    returnedMinor: 0n,
    chargedMinor: 0n,
  });
  inclusions.step();
}

/** Ends what a part of a purchase includes: it covers no usage from that instant on. Later ones change nothing. */
export function decideEndIncluded(
  book: Book,
  { source, sourcePart, at }: { source: Source; sourcePart: string; at: Date },
): void {
  for (const inclusion of book.usage.inclusions.of(source)) {
    const { effectiveAt, expiresAt } = inclusion;
    if (inclusion.sourcePart !== sourcePart || expiresAt <= at) continue;
    inclusion.expiresAt = at < effectiveAt ? effectiveAt : at;
    change(book, inclusion);
  }
}

/**
 * Takes back of what a purchase includes what its money says: of what is unused the share that is returned of what was
 * not returned before, and all of it with the last of the money. Where less is returned than before, so much of what
 * was taken back comes again. Each follows the money by itself, so it may be asked any number of times. Returns whether
 * anything has changed.
 */
export function decideReturnIncluded(
  book: Book,
  { purchase, chargedMinor, returnedMinor }: { purchase: Source; chargedMinor: bigint; returnedMinor: bigint },
): boolean {
  if (chargedMinor <= 0n) return false;
  const returned = returnedMinor < chargedMinor ? returnedMinor : chargedMinor;
  const behind = book.usage.inclusions.of(purchase).filter((inclusion) => inclusion.returnedMinor !== returned);
  for (const inclusion of behind) {
    takeBack(inclusion, returnedOf(inclusion, { chargedMinor, returned }));
    inclusion.returnedMinor = returned;
    inclusion.chargedMinor = chargedMinor;
    change(book, inclusion);
  }
  return behind.length > 0;
}

/** Negative for what comes again. */
function returnedOf(
  { granted, remaining, takenBack, returnedMinor: before }: PlanInclusion,
  { chargedMinor, returned }: { chargedMinor: bigint; returned: bigint },
): Quantity {
  if (returned === chargedMinor) return remaining;
  if (returned > before) return shareOf(remaining, returned - before, chargedMinor - before, granted);
  return -shareOf(takenBack, before - returned, before, granted) as Quantity;
}

/** Half up, in whole units where whole units were included; all of it for the whole. */
function shareOf(quantity: Quantity, part: bigint, whole: bigint, granted: Quantity): Quantity {
  if (part === whole) return quantity;
  const step = granted % UNIT === 0n ? UNIT : 1n;
  const steps = (2n * quantity * part + whole * step) / (2n * whole * step);
  return minQuantity(quantity, (steps * step) as Quantity);
}

function change(book: Book, inclusion: PlanInclusion): void {
  book.usage.inclusions.touch(inclusion);
  book.usage.inclusions.step();
}

function isSame(a: Dimensions, b: Dimensions): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
