import { type Cell, csvOf } from '../../kernel/csv.js';
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
type Row = Partial<Record<(typeof COLUMNS)[number], Cell>>;

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

/** Rows as CSV, behind the names of the columns where they are the first rows of a file. */
export function statementCsv(rows: readonly Row[], { areFirst = false } = {}): string {
  const cells = rows.map((row) => COLUMNS.map((column) => row[column]));
  return csvOf(areFirst ? [COLUMNS, ...cells] : cells);
}
