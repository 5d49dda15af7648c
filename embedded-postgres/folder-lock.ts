import { readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedPostgresError } from './errors.js';

export interface FolderLock {
  /** May be called again. */
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Claims a data folder for this process, for as long as the process lives.
 *
 * Node offers no file locks, but its SQLite does: an exclusive transaction on an empty database file holds a lock of
 * the operating system. It ends with the process however that dies, so it is never stale, and a number that is now
 * another process's, or means another process in another container, cannot mislead it. The file next to it only names
 * the owner for the message.
 */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  const ownerFile = `${dataDir}.owner`;
  const lock = new DatabaseSync(`${dataDir}.lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    const owner = await readFile(ownerFile, 'utf8').catch(() => '');
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} is already used by ${owner === '' ? 'another process' : `process ${owner}`}. ` +
        'Stop that one first, or run a second Scrip beside it: set SCRIP_DATA_DIR to another folder, and ' +
        'EMBEDDED_POSTGRES_PORT, SANDBOX_PORT and PORT to other ports.',
    );
  }
  await writeFile(ownerFile, String(process.pid));
  return {
    release: () => {
      if (lock.isOpen) lock.close();
    },
  };
}
