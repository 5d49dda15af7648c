import { readFile } from 'node:fs/promises';
import { verifyStatement } from '../ledger/statements/verify-statement.js';

/** Checks the chain of a statement with nothing but its file. Returns the exit code. */
export async function verify(path: string): Promise<number> {
  try {
    const { accountId, entries, fault } = verifyStatement(await readFile(path, 'utf8'));
    process.stdout.write(`${path}: ${entries} entries of account ${accountId}: ${fault ?? 'the chain holds'}\n`);
    return fault === undefined ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${path} is no statement: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
