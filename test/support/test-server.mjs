/**
 * The Postgres that one run of jest works on: its own, in a temporary folder, unless TEST_DATABASE_URL names another one,
 * whose user must be allowed to create databases.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '../../dist/src/database/embedded/folder-lock.js';
import { stopOrphan } from '../../dist/src/database/embedded/stop-orphan.js';
import { startEmbeddedPostgres } from '../../dist/src/database/embedded-postgres.js';

const folderPrefix = 'scrip-test-postgres-';

/** Starts a server and returns its maintenance URL and the function that removes every trace of it. */
export async function startTestServer() {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  // As root the server runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  try {
    const server = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      port: 0,
      database: 'postgres',
      settings: { max_connections: '300' },
    });
    const remove = async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { url: server.url, remove };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Clears away the servers of runs that were killed: those whose lock died with their owner. */
async function removeAbandoned() {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(tmpdir(), name);
    const dataDir = join(folder, 'data');
    // Without an owner it is being made this very moment.
    if (!existsSync(`${dataDir}.owner`)) continue;
    try {
      const lock = await lockFolder(dataDir);
      await stopOrphan(dataDir);
      lock.release();
      await rm(folder, { recursive: true, force: true });
    } catch {
      // In use by another run, or another user's.
    }
  }
}
