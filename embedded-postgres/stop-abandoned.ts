import { lockFolder } from './folder-lock.js';
import { stopOrphan } from './stop-orphan.js';

/**
 * Stops the server on a data folder whose owner has died without doing so, and starts no other.
 * @throws EmbeddedPostgresError when a process uses the folder
 */
export async function stopAbandoned(dataDir: string): Promise<void> {
  const lock = await lockFolder(dataDir);
  try {
    await stopOrphan(dataDir);
  } finally {
    lock.release();
  }
}
