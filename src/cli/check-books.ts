import { Logger } from '@nestjs/common';
import type { BookProgress, BookReport } from '../book-checks/check-books.js';
import { RecordBookCheck } from '../book-checks/record-book-check.js';
import { loadConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { findDatabase } from './connect.js';
import { ProgressLine, print } from './terminal.js';

/** Proves the whole ledger and keeps the result. Returns the exit code. */
export async function checkTheBooks(): Promise<number> {
  // Standard output is for the result.
  Logger.overrideLogger(false);
  const line = new ProgressLine(process.stderr);
  const url = await findDatabase(loadConfig(process.env));
  const database = await Database.connect({ url, poolSize: 2, entities: [] });
  try {
    const report = await new RecordBookCheck(database, new Clock()).run({
      origin: 'command',
      progress: (progress) => line.show(shareOf(progress), wordsOf(progress)),
    });
    line.end();
    print(report, () => linesOf(report));
    return report.findingCount === 0 ? 0 : 1;
  } finally {
    line.end();
    await database.onApplicationShutdown();
  }
}

function shareOf({ accounts, ofAccounts }: BookProgress): number {
  return ofAccounts === 0 ? 1 : accounts / ofAccounts;
}

function wordsOf({ accounts, ofAccounts, entries }: BookProgress): string {
  return `${accounts} of ${ofAccounts} accounts, ${entries} entries`;
}

function linesOf({ accounts, entries, findings, findingCount }: BookReport): string[] {
  const read = `${entries} entries of ${accounts} accounts`;
  if (findingCount === 0) return [`The books are proven: ${read}.`];
  return [
    `The books break ${findingCount} rules in ${read}:`,
    ...findings.map(({ accountId, rule, detail }) => `  ${accountId}  ${rule}  ${detail}`),
  ];
}
