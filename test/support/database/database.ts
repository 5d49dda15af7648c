import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createCitusDatabase, createDistributedBooks } from './citus.js';
import { pretendShards } from './shards.js';

export interface TestDatabase {
  url: string;
  /** Closes whatever is still connected. */
  drop(): Promise<void>;
}

interface TestDatabaseOptions {
  migrated?: boolean;
  /**
   * Where its books are: on one Postgres when undefined; as if they were on shards (`shards`); on the shards of the
   * cluster of SCRIP_CITUS_URL (`citus`). TEST_BOOKS says it for all tests of a run.
   */
  books?: string;
}

/** Lanes that are more than the connections for batches. */
const SHARDS = 7;
const CONNECTIONS = '4';

/** What a service over a database of this run is started with. */
export function envOfBooks(): Record<string, string> {
  return process.env.TEST_BOOKS === 'shards' ? { DATABASE_POOL_SIZE: CONNECTIONS } : {};
}

/**
 * A database of its own for one test file or one test, with the schema as migrated, or empty with `migrated: false`.
 * Copies of the template take a few dozen milliseconds, so a test need not share.
 */
export async function createTestDatabase({
  migrated = true,
  books = process.env.TEST_BOOKS,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  if (books === 'citus') return migrated ? createDistributedBooks() : createCitusDatabase();
  const name = `scrip_test_${process.env.JEST_WORKER_ID ?? 0}_${randomBytes(6).toString('hex')}`;
  await maintain(`create database ${name} template ${migrated ? 'scrip_template' : 'template0'}`);
  const url = new URL(maintenanceUrl());
  url.pathname = `/${name}`;
  if (migrated && books === 'shards') await pretendShards(url.href, SHARDS);
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
