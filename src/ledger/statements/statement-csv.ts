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

type Cells = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

/** The names of the columns, as the first line (RFC 4180). */
export function csvHeader(): string {
  return `${COLUMNS.join(',')}\r\n`;
}

/** The opening or the closing line: where the chain stands. */
export function csvLine(
  line: 'opening' | 'closing',
  accountId: string,
  { seq, balance, hash }: StatementLineAnswer,
): string {
  return csv({ line, accountId, seq, balanceAfter: balance, hash });
}

export function csvRow(accountId: string, entry: EntryAnswer): string {
  const { source, allocations, ...cells } = entry;
  return csv({
    line: 'entry',
    accountId,
    ...cells,
    sourceType: source.type,
    sourceId: source.id,
    allocations: JSON.stringify(allocations),
  });
}

function csv(cells: Cells): string {
  return `${COLUMNS.map((column) => quoted(cells[column])).join(',')}\r\n`;
}

/**
 * What makes a spreadsheet read a cell as a formula, and run it: also the wide forms, which some take for the narrow.
 * Whoever opens a statement is seldom whoever wrote its texts.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Numbers stay numbers. A text that would be a formula begins with an apostrophe, as a spreadsheet writes it. */
function quoted(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
