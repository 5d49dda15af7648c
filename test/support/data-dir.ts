import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Map<string, string>();
process.once('exit', () => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
});

/**
 * The data folder of all services over a database: they find each other's sandbox there, and must not find that of another
 * test, nor leave theirs to a service that runs in this checkout.
 */
export function dataDirOf(databaseUrl: string): string {
  const folder = folders.get(databaseUrl) ?? mkdtempSync(join(tmpdir(), 'scrip-test-data-'));
  folders.set(databaseUrl, folder);
  return folder;
}
