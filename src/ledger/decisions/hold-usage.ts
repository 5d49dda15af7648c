import { giveBackReserved } from '../../rating/pricing/reserve.js';
import type { Book } from '../book/book.js';
import type { Hold } from '../book/model.js';
import { countersOfHold, inclusionsOfHold } from '../usage/holds/hold-usage.js';

/** @throws ReadFurther where not all is known that the end of a hold moves */
export function requireReserved({ usage }: Book, hold: Hold): void {
  if (hold.usage?.reserved)
    usage.position({ counters: countersOfHold(hold.usage), named: inclusionsOfHold(hold.usage) });
}

/**
 * Gives back what is left of what a hold has reserved: usage that comes after it is priced as if it had never been.
 * What others were charged meanwhile stays. @throws ReadFurther where not all is known of it
 */
export function giveBackOf(book: Book, { usage }: Hold): void {
  if (usage === null || usage.reserved === null) return;
  const [counters, named] = [countersOfHold(usage), inclusionsOfHold(usage)];
  if (counters.length + named.length > 0)
    book.usage.move(counters, giveBackReserved(usage.reserved, book.usage.position({ counters, named })));
  usage.reserved = null;
}
