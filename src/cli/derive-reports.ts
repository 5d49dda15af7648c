import { loadConfig } from '../config/config.js';
import { DeriveAnew, type DerivedAnew } from '../reports/following/derive-anew.js';
import { openApplication } from './application.js';
import { ProgressLine, print } from './terminal.js';

/** Derives anew what reports are made of, whether a service runs or not. Returns the exit code. */
export async function deriveReports(): Promise<number> {
  const app = await openApplication(loadConfig(process.env));
  const line = new ProgressLine(process.stderr);
  try {
    const derived = await app.get(DeriveAnew).run((progress) => line.show(shareOf(progress), wordsOf(progress)));
    line.end();
    print(derived, () => [`Reports are derived anew: ${wordsOf(derived)}.`]);
    return 0;
  } finally {
    line.end();
    await app.close();
  }
}

function shareOf({ accounts, ofAccounts }: DerivedAnew): number {
  return ofAccounts === 0 ? 1 : accounts / ofAccounts;
}

function wordsOf({ accounts, ofAccounts }: DerivedAnew): string {
  return `${accounts} of ${ofAccounts} accounts`;
}
