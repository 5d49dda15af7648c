import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  /** Closes whatever is still connected. */
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file or one test, with the schema as migrated, or empty with `migrated: false`.
 * Copies of the template take a few dozen milliseconds, so a test need not share.
 */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `scrip_test_${process.env.JEST_WORKER_ID ?? 0}_${randomBytes(6).toString('hex')}`;
  await maintain(`create database ${name} template ${migrated ? 'scrip_template' : 'template0'}`);
  const url = new URL(maintenanceUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => maintain(`drop database if exists ${name} with (force)`) };
}

function maintenanceUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined)
    throw new Error('TEST_DATABASE_URL is not set; jest sets it in test/support/runner/global-setup.ts.');
  return url;
}

async function maintain(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
