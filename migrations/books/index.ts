import { writeEvents } from './events.js';
import { readInclusions, writeInclusions } from './inclusions.js';
import { lockKey, writeAnswers } from './keys.js';
import { compareHoldsChanged, keepMarks, writeCrossedMarks } from './marks.js';
import { readBooks } from './read-books.js';
import { readEntries, readNamedGrants, readSpends } from './read-past.js';
import { countHolds, keepUsage } from './store-balances.js';
import { readCounters, readLines, writeCounters } from './usage.js';
import type { Variant } from './variant.js';
import { writeEntryRows, writeEntryRowsBefore, writeEntryRowsWithoutLines } from './write-entry-rows.js';
import { writeGrants } from './write-grants.js';
import { writeHolds, writeHoldsBefore, writeHoldsWithoutLines } from './write-holds.js';
import { writeReversed, writeThreeRows } from './write-three-rows.js';

const FUNCTIONS = [
  readBooks,
  readEntries,
  readNamedGrants,
  readSpends,
  readCounters,
  readLines,
  readInclusions,
  writeEntryRows,
  writeEntryRowsWithoutLines,
  writeEntryRowsBefore,
  writeThreeRows,
  countHolds,
  keepUsage,
  writeReversed,
  writeGrants,
  writeHolds,
  writeHoldsWithoutLines,
  writeHoldsBefore,
  writeCounters,
  writeInclusions,
  writeEvents,
  keepMarks,
  writeCrossedMarks,
  compareHoldsChanged,
  writeAnswers,
  lockKey,
];

/**
 * The statements that make the functions by which books are read and written, or make them anew. The functions decide
 * nothing, and run with the rights of their caller.
 */
export function bookFunctions(variant: Variant): string[] {
  return FUNCTIONS.map((text) => text(variant));
}
