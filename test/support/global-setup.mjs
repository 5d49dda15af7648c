import pg from 'pg';
import { migrate } from '../../dist/src/database/migrate.js';
import { migrateJobs } from '../../dist/src/jobs/migrate-jobs.js';
import { startTestServer } from './test-server.mjs';

/**
 * Before the first test: starts a Postgres, or takes the one of TEST_DATABASE_URL, and migrates a template there, of
 * which every test gets a copy in a few milliseconds. The workers find the server through TEST_DATABASE_URL.
 */
export default async function globalSetup() {
  if (process.env.TEST_DATABASE_URL === undefined) {
    const server = await startTestServer();
    process.env.TEST_DATABASE_URL = server.url;
    globalThis.removeTestServer = server.remove;
    removeWhenInterrupted(server.remove);
  }
  try {
    await makeTemplate(process.env.TEST_DATABASE_URL);
  } catch (error) {
    await globalThis.removeTestServer?.();
    // Jest prints no causes.
    throw new Error(`No test can run: the template database could not be migrated. ${error.message}`, { cause: error });
  }
}

/** Jest runs no teardown when it is interrupted. */
function removeWhenInterrupted(remove) {
  for (const [signal, exitCode] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => remove().finally(() => process.exit(exitCode)));
  }
}

async function makeTemplate(maintenanceUrl) {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_database where datname = 'scrip_template'`);
    if (rowCount > 0) await client.query('alter database scrip_template is_template false');
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
