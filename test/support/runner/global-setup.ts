import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../../src/database/migrate.js';
import { migrateJobs } from '../../../src/jobs/migrate-jobs.js';
import { startTestServer } from '../database/test-server.js';

declare global {
  /** Removes the data folders of this run's services, and ends its server, where it has one of its own. */
  var removeTestServer: (() => Promise<void>) | undefined;
}

/**
 * Before the first test: starts a Postgres, or takes the one of TEST_DATABASE_URL, whose user must be allowed to create
 * databases, and migrates a template there, of which every test gets a copy in a few milliseconds. The workers find the
 * server through TEST_DATABASE_URL, and a place for the data folders of services through TEST_DATA_DIRS.
 */
export default async function globalSetup(): Promise<void> {
  const server = process.env.TEST_DATABASE_URL === undefined ? await startTestServer() : undefined;
  process.env.TEST_DATABASE_URL ??= server?.url;
  const dataDirs = await mkdtemp(join(tmpdir(), 'scrip-test-data-'));
  process.env.TEST_DATA_DIRS = dataDirs;
  const remove = async () => {
    await rm(dataDirs, { recursive: true, force: true });
    await server?.remove();
  };
  globalThis.removeTestServer = remove;
  removeWhenInterrupted(remove);
  try {
    await makeTemplate(process.env.TEST_DATABASE_URL ?? '');
  } catch (error) {
    await remove();
    // Jest prints no causes.
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`No test can run: the template database could not be migrated. ${reason}`, { cause: error });
  }
}

/** Jest runs no teardown when it is interrupted. */
function removeWhenInterrupted(remove: () => Promise<void>): void {
  for (const [signal, exitCode] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => remove().finally(() => process.exit(exitCode)));
  }
}

async function makeTemplate(maintenanceUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_database where datname = 'scrip_template'`);
    if (rowCount === 1) await client.query('alter database scrip_template is_template false');
    await client.query('drop database if exists scrip_template with (force)');
    await client.query('create database scrip_template');
    const templateUrl = new URL(maintenanceUrl);
    templateUrl.pathname = '/scrip_template';
    await migrate(templateUrl.href);
    await migrateJobs(templateUrl.href);
    // Postgres refuses to copy a database that somebody is connected to; now nobody can be.
    await client.query('alter database scrip_template is_template true allow_connections false');
  } finally {
    await client.end();
  }
}
