import { realpath } from 'node:fs/promises';
import { urlOf } from './address.js';
import { readPassword } from './create-cluster.js';
import { readPostmasterPid, servesFolder } from './postmaster-pid.js';

/**
 * The server that a process has started on a data folder, for another one that wants to use it meanwhile. Starts
 * nothing; undefined when none runs there.
 */
export async function findEmbeddedPostgres(
  dataDir: string,
  database: string,
): Promise<{ pid: number; url: string } | undefined> {
  const folder = await realpath(dataDir).catch(() => dataDir);
  const server = await readPostmasterPid(folder);
  if (server === undefined || !(await servesFolder(server.pid, folder))) return undefined;
  return { pid: server.pid, url: urlOf({ port: server.port, password: await readPassword(folder), database }) };
}
