import { bigintArray, textArray, timestamptzArray } from '../../../database/binary-array.js';
import { sorted } from '../../../rating/pricing/dimensions.js';
import { quantityText } from '../../../rating/pricing/quantity.js';
import type { Book } from '../../book/book.js';
import { type Call, rowsOf } from '../../book/changed-rows.js';

/** Inclusions that are new or have changed. To be called behind the function that compares the balances. */
export function writeInclusions(books: readonly Book[]): Call | undefined {
  const moved = books.filter(({ usage }) => usage.hasChangedInclusions);
  if (moved.length === 0) return undefined;
  const added = rowsOf(moved, ({ usage }) => usage.inclusions.added);
  const changed = rowsOf(moved, ({ usage }) => usage.inclusions.changed);
  return {
    name: 'write_inclusions',
    parameters: [
      textArray(added.map(({ accountId }) => accountId)),
      textArray(added.map(({ row }) => row.id)),
      textArray(added.map(({ row }) => row.meter)),
      textArray(added.map(({ row }) => JSON.stringify(sorted(row.match)))),
      textArray(added.map(({ row }) => quantityText(row.granted))),
      textArray(added.map(({ row }) => quantityText(row.remaining))),
      timestamptzArray(added.map(({ row }) => row.effectiveAt)),
      timestamptzArray(added.map(({ row }) => row.expiresAt)),
      textArray(added.map(({ row }) => row.source.type)),
      textArray(added.map(({ row }) => row.source.id)),
      textArray(added.map(({ row }) => row.sourcePart)),

      textArray(changed.map(({ accountId }) => accountId)),
      textArray(changed.map(({ row }) => row.id)),
      textArray(changed.map(({ row }) => quantityText(row.remaining))),
      textArray(changed.map(({ row }) => quantityText(row.takenBack))),
      timestamptzArray(changed.map(({ row }) => row.expiresAt)),
      bigintArray(changed.map(({ row }) => row.returnedMinor)),
      bigintArray(changed.map(({ row }) => row.chargedMinor)),
    ],
  };
}
