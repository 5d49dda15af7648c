import { basename } from 'node:path';
import { loadConfig } from '../config/config.js';
import { Table } from '../moving/files/read-table.js';
import { ReportFile } from '../moving/files/report-file.js';
import { ImportFile, type ImportSums } from '../moving/import/import-file.js';
import { OUTCOME } from '../moving/import/outcome.js';
import { openApplication } from './application.js';
import { ProgressLine, print } from './terminal.js';

export interface ImportWishes {
  apply: boolean;
  repeat: boolean;
  /** That of the file when absent. */
  name?: string;
  /** Next to the file when absent. */
  report?: string;
}

/** Imports accounts from a file, or says what would be. Returns the exit code: 1 when a line was not imported. */
export async function importAccounts(path: string, wishes: ImportWishes): Promise<number> {
  const {
    apply: isApplied,
    repeat: repeats,
    name = basename(path),
    report: reportPath = `${path}.report.csv`,
  } = wishes;
  const table = await Table.open(path);
  const app = await openApplication(loadConfig(process.env));
  const line = new ProgressLine(process.stderr);
  try {
    const report = await ReportFile.open(reportPath, OUTCOME);
    const onProgress = (sums: ImportSums) => line.show(table.share, wordsOf(sums));
    const sums = await app.get(ImportFile).run({ table, name, isApplied, repeats, report, onProgress });
    await report.end();
    line.end();
    print({ name, isApplied, ...sums, report: reportPath }, () => linesOf(sums, { isApplied, reportPath }));
    return sums.refused + sums.unfinished === 0 ? 0 : 1;
  } finally {
    line.end();
    await app.close();
  }
}

function wordsOf({ lines, importable, imported, known, refused, unfinished }: ImportSums): string {
  const counts = Object.entries({ importable, imported, known, refused, unfinished }).filter(([, count]) => count > 0);
  return [`${lines} lines`, ...counts.map(([status, count]) => `${count} ${status}`)].join(', ');
}

function linesOf(sums: ImportSums, { isApplied, reportPath }: { isApplied: boolean; reportPath: string }): string[] {
  const next = isApplied ? '' : ' Nothing was written: --apply imports it.';
  return [`${wordsOf(sums)}, ${sums.credits} credits.${next}`, `What became of each line is in ${reportPath}.`];
}
