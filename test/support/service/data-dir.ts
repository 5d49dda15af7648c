import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * The data folder of all services over a database: they find each other's sandbox there, and must not find that of
 * another test, nor leave theirs to a service that runs in this checkout.
 */
export function dataDirOf(databaseUrl: string): string {
  const folder = process.env.TEST_DATA_DIRS;
  if (folder === undefined)
    throw new Error('TEST_DATA_DIRS is not set; jest sets it in test/support/runner/global-setup.ts.');
  return join(folder, createHash('sha256').update(databaseUrl).digest('hex').slice(0, 16));
}
