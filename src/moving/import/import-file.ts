import { Injectable } from '@nestjs/common';
import { NoTable, type Table, type TableLine } from '../files/read-table.js';
import type { ReportFile } from '../files/report-file.js';
import { EarlierLines } from './earlier-lines.js';
import { IMPORT_COLUMNS, type ImportLine, toImportLine } from './import-line.js';
import { ImportLines } from './import-lines.js';
import { type Import, ImportsStore } from './imports.store.js';
import type { Outcome } from './outcome.js';

/** As many lines are written in one transaction, and their accounts locked for as long. */
const LINES_A_PIECE = 1_000;
const MAX_NAME_CHARACTERS = 200;
const COLUMNS = { required: ['accountId'], known: IMPORT_COLUMNS };

export interface ImportFileCommand {
  readonly table: Table;
  /** What makes it the same file when it is imported again. */
  readonly name: string;
  /** Whether it is imported; otherwise only what would become of it is said. */
  readonly isApplied: boolean;
  /** Whether lines are imported that a file of another name had as well. */
  readonly repeats: boolean;
  readonly report: ReportFile<Outcome>;
  readonly onProgress: (sums: ImportSums) => void;
}

/** How many lines there are of each outcome, and the credits of those that were imported or would be, as a text. */
export type ImportSums = Record<Outcome['status'], number> & { lines: number; credits: string };

/**
 * Imports a file of accounts line by line, or says what would become of each. A line is known by the name of the file
 * and its number, so a run that was broken off anywhere is done again, and goes on where it was.
 */
@Injectable()
export class ImportFile {
  constructor(
    private readonly store: ImportsStore,
    private readonly importLines: ImportLines,
  ) {}

  /** Must not be called in a transaction. @throws NoTable */
  async run({ table, name, isApplied, repeats, report, onProgress }: ImportFileCommand): Promise<ImportSums> {
    if (name === '' || name.length > MAX_NAME_CHARACTERS)
      throw new NoTable(`The name of an import has 1 to ${MAX_NAME_CHARACTERS} characters.`);
    const earlier = new EarlierLines();
    const sums: ImportSums = {
      lines: 0,
      importable: 0,
      imported: 0,
      known: 0,
      refused: 0,
      unfinished: 0,
      credits: '0',
    };
    let id = await this.store.find(name);
    for await (const piece of table.pieces(COLUMNS, LINES_A_PIECE)) {
      if (isApplied) id ??= await this.store.begin(name);
      const outcomes = await this.outcomesOf({ id, name, repeats }, isApplied, piece, earlier);
      await report.add(outcomes);
      for (const outcome of outcomes) count(sums, outcome);
      onProgress(sums);
    }
    return sums;
  }

  private async outcomesOf(
    imported: Import,
    isApplied: boolean,
    piece: readonly TableLine[],
    earlier: EarlierLines,
  ): Promise<Outcome[]> {
    const { id } = imported;
    const read = piece.map((line) => readLine(line, earlier));
    const lines = read.filter(isToBeJudged);
    const judged =
      isApplied && id !== undefined
        ? await this.importLines.run({ ...imported, id }, lines)
        : await this.importLines.preview(imported, lines);
    const byLine = new Map(judged.map((outcome) => [outcome.line, outcome]));
    return read.flatMap((one) => (isToBeJudged(one) ? (byLine.get(one.line) ?? []) : one));
  }
}

/** What a line says, or that it is refused. */
function readLine(line: TableLine, earlier: EarlierLines): ImportLine | Outcome {
  const read = toImportLine(line);
  const fault = typeof read === 'string' ? read : earlier.faultOf(read);
  if (typeof read !== 'string' && fault === undefined) return read;
  const accountId = line.cells.accountId ?? '';
  return { line: line.line, accountId, status: 'refused', credits: null, detail: fault ?? null };
}

function isToBeJudged(read: ImportLine | Outcome): read is ImportLine {
  return 'fingerprint' in read;
}

function count(sums: ImportSums, { status, credits }: Outcome): void {
  sums.lines += 1;
  sums[status] += 1;
  if (status === 'imported' || status === 'importable') sums.credits = `${BigInt(sums.credits) + BigInt(credits ?? 0)}`;
}
