import { stringify } from 'csv-stringify/sync';
import type { EntryAnswer } from '../api/entries.dto.js';
import type { StatementLineAnswer } from './statement.dto.js';

const COLUMNS = [
  'line',
  'accountId',
  'seq',
  'kind',
  'amount',
  'balanceBefore',
  'balanceAfter',
  'debt',
  'sourceType',
  'sourceId',
  'allocations',
  'reason',
  'actor',
  'effectiveAt',
  'recordedAt',
  'hash',
] as const;

/** A row of a statement as a table. Cells that are missing or null are empty. */
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

/** The opening or the closing line: where the chain stands. */
export function lineRow(line: 'opening' | 'closing', accountId: string, at: StatementLineAnswer): Row {
  return { line, accountId, seq: at.seq, balanceAfter: at.balance, hash: at.hash };
}

export function entryRow(accountId: string, { source, allocations, ...cells }: EntryAnswer): Row {
  return {
    line: 'entry',
    accountId,
    ...cells,
    sourceType: source.type,
    sourceId: source.id,
    allocations: JSON.stringify(allocations),
  };
}

/**
 * What makes a spreadsheet read a cell as a formula, and run it: also the wide forms, which some take for the narrow.
 * Whoever opens a statement is seldom whoever wrote its texts.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Rows as CSV (RFC 4180), behind the names of the columns where they are the first rows of a file. */
export function csvOf(rows: readonly Row[], { areFirst = false } = {}): string {
  // Lists of cells: from objects the library looks up each cell by a path, which takes it three times as long.
  const cells = rows.map((row) => COLUMNS.map((column) => row[column]));
  return stringify(areFirst ? [COLUMNS, ...cells] : cells, {
    record_delimiter: '\r\n',
    // Spreadsheets also part cells at these. What parts them by the standard is quoted in any case.
    quoted_match: /[;\t\r\n]/,
    // Numbers stay numbers. A text that would be a formula begins with an apostrophe, as a spreadsheet writes it; the
    // library's own `escape_formulas` does not know the line feed.
    cast: { string: (text) => (FORMULA.test(text) ? `'${text}` : text) },
  });
}
