import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, stopAbandoned } from '@scrip/embedded-postgres';

const FOLDER_PREFIX = 'scrip-test-postgres-';

/** The Postgres that one run of the tests works on, in a temporary folder. */
export interface TestServer {
  /** Of its maintenance database. */
  url: string;
  /** Stops it and removes every trace of it. */
  remove(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
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
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const dataDir = join(folder, 'data');
    // Without an owner it is being made this very moment.
    if (!existsSync(`${dataDir}.owner`)) continue;
    try {
      await stopAbandoned(dataDir);
      await rm(folder, { recursive: true, force: true });
    } catch {
      // In use by another run, or another user's.
    }
  }
}
