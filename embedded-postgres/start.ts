import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { urlOf } from './address.js';
import { findBinaries } from './binaries.js';
import { chooseRunAs } from './choose-run-as.js';
import { claimPort } from './claim-port.js';
import { prepareCluster } from './create-cluster.js';
import { cannotWrite, codeOf } from './errors.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { type Server, StillInUse, startServer } from './server.js';
import { stopOrphan } from './stop-orphan.js';

export interface EmbeddedPostgresOptions {
  /** Made when missing. The lock and the log lie next to it, under the same name with an ending. */
  dataDir: string;
  /** On 127.0.0.1. Zero picks a free one. */
  port: number;
  /** Created when missing; `scrip` unless given. */
  database?: string;
  /** Server settings, as in postgresql.conf, over the ones of this package. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** Of the database, with the superuser's password. */
  url: string;
  pid: number;
  /** Closes open connections, writes everything down and ends the server. May be called again. */
  stop(): Promise<void>;
  /** Resolves when the server ends without stop(), with the reason for people. */
  died: Promise<Error>;
}

const ownSettings = {
  max_connections: '100',
  shared_buffers: '256MB',
  huge_pages: 'off',
  // What was committed is on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  // Short statements over many small rows, on disks without a seek.
  jit: 'off',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** How long the backends of a killed server may take to notice. */
const STILL_IN_USE_MS = 4_000;

/**
 * Starts the Postgres that comes with the packages of this platform, creating its data at the first start. One process
 * at a time may use a data folder: a second one gets an error that names the first, while what a dead one left behind
 * is cleared away. Every failure that a person can mend is an {@link EmbeddedPostgresError}.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await makeParent(options.dataDir);
  let lock: FolderLock | undefined;
  try {
    lock = await lockFolder(dataDir);
    const { server, url } = await startLocked(dataDir, options);
    const { release } = lock;
    server.died.then(release);
    return { url, pid: server.pid, died: server.died, stop: () => server.stop().then(release) };
  } catch (error) {
    lock?.release();
    throw cannotWrite(dirname(dataDir), error);
  }
}

/** The one true path of the data folder, so that two names of it share one lock. */
async function makeParent(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    // Node says ENOENT when it makes several folders on a read-only file system.
    throw cannotWrite(dirname(path), codeOf(error) === 'ENOENT' ? { code: 'EROFS' } : error);
  }
  return realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
}

async function startLocked(dataDir: string, options: EmbeddedPostgresOptions) {
  const binaries = await findBinaries();
  await stopOrphan(dataDir);
  const chosen = await chooseRunAs(binaries, dataDir);
  const port = await claimPort(options.port);
  const password = await prepareCluster(binaries, chosen, dataDir);
  const settings = { ...ownSettings, ...options.settings };
  const server = await patiently(() => startServer(binaries, chosen.runAs, { dataDir, port, settings }));
  const database = options.database ?? 'scrip';
  try {
    await createDatabase(urlOf({ port, password, database: 'postgres' }), database);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, url: urlOf({ port, password, database }) };
}

async function patiently(start: () => Promise<Server>): Promise<Server> {
  const deadline = Date.now() + STILL_IN_USE_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof StillInUse) || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function createDatabase(maintenanceUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  // One that breaks fails its statement; it must not end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
