import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config, DatabaseConfig } from '../config/config.js';
import { superuser } from '../database/embedded/create-cluster.js';
import { postmasterPidPath, readPostmasterPid, servesFolder } from '../database/embedded/postmaster-pid.js';
import { reachDatabase } from '../database/session/reach-database.js';
import { NotRunning } from './errors.js';

/** The line of postmaster.pid on which the server writes its port, counted from 0. */
const PORT_LINE = 3;
/** The role under which the service itself works: it cannot change entries, whatever a command does. */
const SERVICE_ROLE = '-c role=scrip_service';

/**
 * The address of the books: the configured Postgres, or the one that a running service has started for itself, with the
 * settings of our sessions. Starts nothing. @throws NotRunning, DatabaseUnfit
 */
export async function findDatabase({ database }: Pick<Config, 'database'>): Promise<string> {
  const url = database.kind === 'own' ? database.url : await findEmbedded(database);
  return (await reachDatabase(url)).url;
}

async function findEmbedded({ dataDir }: Extract<DatabaseConfig, { kind: 'embedded' }>): Promise<string> {
  const folder = await realpath(dataDir).catch(() => dataDir);
  const server = await readPostmasterPid(folder);
  if (server === undefined || !(await servesFolder(server.pid, folder)))
    throw new NotRunning(
      `No Postgres runs on ${dataDir}. Start the service (npm start) beside this command, or set DATABASE_URL to ` +
        'the Postgres that holds the books.',
    );
  const lines = (await readFile(postmasterPidPath(folder), 'utf8')).split('\n');
  const url = new URL(`postgres://127.0.0.1:${lines[PORT_LINE]?.trim()}/scrip`);
  url.username = superuser;
  url.password = (await readFile(join(folder, 'scrip.password'), 'utf8')).trim();
  url.searchParams.set('options', SERVICE_ROLE);
  return url.href;
}
