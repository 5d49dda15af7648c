import { readFile } from 'node:fs/promises';
import { verifyStatement } from '../ledger/statements/verify-statement.js';
import { UsageError } from './errors.js';

/** Checks the chain of a statement with nothing but its file. Answers the exit code. @throws UsageError */
export async function verify([path]: string[]): Promise<number> {
  if (path === undefined) throw new UsageError('verify-statement needs the file of a statement.');
  try {
    const { accountId, entries, fault } = verifyStatement(await readFile(path, 'utf8'));
    process.stdout.write(`${path}: ${entries} entries of account ${accountId}: ${fault ?? 'the chain holds'}\n`);
    return fault === undefined ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${path} is no statement: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
