import { Logger } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { entities } from '../app/entities.js';
import { loadConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { withoutTimeLimit } from '../database/limited-client.js';
import { CompareBalances, DIFFERENCE, type Drift } from '../moving/drift/compare-balances.js';
import { Table } from '../moving/files/read-table.js';
import { ReportFile } from '../moving/files/report-file.js';
import { balancesNow, findDatabase } from './connect.js';
import { ProgressLine, print } from './terminal.js';

export interface DriftWishes {
  column: string;
  /** Next to the file when absent. */
  report?: string;
}

/** Compares balances in a file with the ledger. Returns the exit code: 1 when they are not the same. */
export async function compareWithFile(path: string, wishes: DriftWishes): Promise<number> {
  // Standard output is for the result.
  Logger.overrideLogger(false);
  const { column, report: reportPath = `${path}.drift.csv` } = wishes;
  const table = await Table.open(path);
  const line = new ProgressLine(process.stderr);
  const url = await findDatabase(loadConfig(process.env));
  const database = await Database.connect({ url, poolSize: 2, entities });
  try {
    const report = await ReportFile.open(reportPath, DIFFERENCE);
    const compare = new CompareBalances(new AccountsQueries(database), balancesNow(database));
    const onProgress = (lines: number) => line.show(table.share, `${lines} lines`);
    const drift = await withoutTimeLimit(() => compare.run({ table, column, report, onProgress }));
    await report.end();
    line.end();
    print({ ...drift, report: reportPath }, () => linesOf(drift, reportPath));
    return isSame(drift) ? 0 : 1;
  } finally {
    line.end();
    await database.onApplicationShutdown();
  }
}

function isSame({ differs, missingHere, missingThere, unreadable }: Drift): boolean {
  return differs + missingHere + missingThere + unreadable === 0;
}

function linesOf(drift: Drift, reportPath: string): string[] {
  const { equal, differs, missingHere, missingThere, unreadable, creditsThere, creditsHere, difference } = drift;
  const sums = `There ${creditsThere} credits, here ${creditsHere}: a difference of ${difference}.`;
  if (isSame(drift)) return [`All ${equal} balances are equal. ${sums}`];
  return [
    `${equal} equal, ${differs} differ, ${missingHere} missing here, ${missingThere} missing there, ` +
      `${unreadable} unreadable.`,
    `${sums} Each is in ${reportPath}.`,
  ];
}
