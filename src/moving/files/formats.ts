import { type Cell, csvOf } from '../../kernel/csv.js';

/** A table with the names of its columns first, or an object a line. */
export const FORMATS = ['csv', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** The cells of a row by the names of their columns, in the order of the columns. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>;

/** What a file begins with. */
export function headOf<Row>(columns: Columns<Row>, format: Format): string {
  return format === 'csv' ? csvOf([Object.keys(columns)]) : '';
}

export function textOf<Row extends object>(rows: readonly Row[], columns: Columns<Row>, format: Format): string {
  if (format === 'ndjson') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const cells = Object.values(columns);
  return csvOf(rows.map((row) => cells.map((cell) => cell(row))));
}

/** Texts of a file, one for each piece of its rows. */
export async function* textsOf<Row extends object>(
  pieces: AsyncIterable<readonly Row[]>,
  columns: Columns<Row>,
  format: Format,
): AsyncGenerator<string> {
  yield headOf(columns, format);
  for await (const rows of pieces) yield textOf(rows, columns, format);
}

/** What a table has no columns for stands in one cell as JSON; what is not there leaves it empty. */
export function jsonCell(value: object | null | undefined): Cell {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
