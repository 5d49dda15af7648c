import { stringify } from 'csv-stringify/sync';

/** A cell that is missing or null is empty. */
export type Cell = string | number | null | undefined;

/**
 * What makes a spreadsheet read a cell as a formula, and run it: also the wide forms, which some take for the narrow.
 * Whoever opens a table is seldom whoever wrote its texts.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Rows as CSV (RFC 4180). Lists of cells: from objects the library takes three times as long. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows as Cell[][], {
    record_delimiter: '\r\n',
    // Spreadsheets also part cells at these. What parts them by the standard is quoted in any case.
    quoted_match: /[;\t\r\n]/,
    // Numbers stay numbers. A text that would be a formula begins with an apostrophe, as a spreadsheet writes it; the
    // library's own `escape_formulas` does not know the line feed.
    cast: { string: (text) => (FORMULA.test(text) ? `'${text}` : text) },
  });
}

/** What a cell said before it was kept from being a formula: what `csvOf` has written is read as it was. */
export function plainCell(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}
