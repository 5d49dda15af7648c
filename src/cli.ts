import { readFile } from 'node:fs/promises';
import { verifyStatement } from './ledger/verify-statement.js';

const USAGE = `Usage: npm run scrip -- <command>

  verify-statement FILE   checks the chain of a statement (JSON) with nothing but the file
`;

const [command, file] = process.argv.slice(2);
if (command === 'verify-statement' && file !== undefined) await verify(file);
else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

async function verify(path: string): Promise<void> {
  try {
    const { accountId, entries, fault } = verifyStatement(await readFile(path, 'utf8'));
    process.stdout.write(`${path}: ${entries} entries of account ${accountId}: ${fault ?? 'the chain holds'}\n`);
    process.exitCode = fault === undefined ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${path} is no statement: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
