import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CsvError, parse } from 'csv-parse';
import { plainCell } from '../../kernel/csv.js';

/** Quotes are strict. A longer line is none: what reads it is behind a quote that nobody closed. */
const FORM = {
  bom: true,
  info: true,
  relax_column_count: true,
  max_record_size: 16_384,
  skip_records_with_error: true,
} as const;
/** What stands where bytes are no UTF-8. */
const NOT_UTF_8 = '\ufffd';

/** A file that is no table of the columns that are asked for. The message says what to do. */
export class NoTable extends Error {
  override readonly name = 'NoTable';
}

/** A line of a table: its cells by the names of their columns, or why it cannot be read. */
export interface TableLine {
  /** Its number in the file, from 1; the number of the last one where quotes hold it over several. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly fault?: string;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Which columns a table has to have, and which it may have; any where that is not said. */
export interface WantedColumns {
  readonly required: readonly string[];
  readonly known?: readonly string[];
}

/** A table in a file (CSV of RFC 4180 in UTF-8, its columns named by the first line), read a piece at a time. */
export class Table {
  private constructor(
    private readonly path: string,
    private readonly size: number,
    private readonly source = createReadStream(path),
  ) {}

  /** @throws NoTable */
  static async open(path: string): Promise<Table> {
    const found = await stat(path).catch((error: Error) => {
      throw new NoTable(`${path} cannot be read: ${error.message}.`);
    });
    if (!found.isFile()) throw new NoTable(`${path} is no file.`);
    return new Table(path, found.size);
  }

  /** What of it was read, from 0 to 1. */
  get share(): number {
    return this.size === 0 ? 1 : this.source.bytesRead / this.size;
  }

  /**
   * Its lines behind the names of the columns, so many at once. Empty lines are left out. Where lines cannot be told
   * apart any more, since a quote is wrong, the first of them is the last line, with its fault. @throws NoTable
   */
  async *pieces(wanted: WantedColumns, linesAPiece: number): AsyncGenerator<TableLine[]> {
    let piece: TableLine[] = [];
    for await (const line of this.lines(wanted)) {
      piece.push(line);
      if (piece.length < linesAPiece) continue;
      yield piece;
      piece = [];
    }
    if (piece.length > 0) yield piece;
  }

  /** What stands before a fault is read whatever comes behind it: the parser goes on after it, and is not believed. */
  private async *lines(wanted: WantedColumns): AsyncGenerator<TableLine> {
    const broken: { by?: CsvError } = {};
    const parser = parse({
      ...FORM,
      on_skip: (error) => {
        broken.by ??= error;
        this.source.unpipe(parser);
        parser.end();
      },
    });
    this.source.on('error', (error) => parser.destroy(error));
    this.source.pipe(parser);
    let columns: string[] | undefined;
    let last = 0;
    try {
      for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
        if (broken.by !== undefined && info.lines >= Number(broken.by.lines)) break;
        last = info.lines;
        if (columns === undefined) columns = this.columnsOf(record, wanted);
        else if (record.length > 1 || record[0] !== '') yield lineOf(columns, record, last);
      }
    } finally {
      this.source.destroy();
    }
    const fault = broken.by && faultOf(broken.by);
    if (columns === undefined) throw new NoTable(`${this.path} is no table: ${fault ?? 'it is empty'}.`);
    if (fault !== undefined)
      yield { line: last + 1, cells: {}, fault: `it and all behind it cannot be read: ${fault}` };
  }

  private columnsOf(record: readonly string[], { required, known }: WantedColumns): string[] {
    const columns = record.map((name) => name.trim());
    const expected = `Its first line names the columns: ${(known ?? required).join(',')}.`;
    const unknown = known === undefined ? undefined : columns.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new NoTable(`${this.path} has the column ${quoted(unknown)}. ${expected}`);
    const missing = required.find((name) => !columns.includes(name));
    if (missing !== undefined) throw new NoTable(`${this.path} has no column ${quoted(missing)}. ${expected}`);
    const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index);
    if (twice !== undefined) throw new NoTable(`${this.path} has the column ${quoted(twice)} twice. ${expected}`);
    return columns;
  }
}

function lineOf(columns: readonly string[], record: readonly string[], line: number): TableLine {
  const cells = Object.fromEntries(columns.map((name, index) => [name, plainCell((record[index] ?? '').trim())]));
  if (record.length !== columns.length)
    return { line, cells, fault: `it has ${record.length} cells, and the first line has ${columns.length}` };
  if (record.some((cell) => cell.includes(NOT_UTF_8))) return { line, cells, fault: 'it is not in UTF-8' };
  return { line, cells };
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

function faultOf({ code, message }: CsvError): string {
  if (code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is not closed';
  return message;
}
