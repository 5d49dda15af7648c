import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  /** Closes whatever is still connected. */
  drop(): Promise<void>;
}

/** An empty database of its own for one test file, on the server that the runner of the tests has started. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `sandbox_test_${process.env.JEST_WORKER_ID ?? 0}_${randomBytes(6).toString('hex')}`;
  await maintain(`create database ${name} template template0`);
  const url = new URL(maintenanceUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => maintain(`drop database if exists ${name} with (force)`) };
}

function maintenanceUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set: run the tests by "npm run jest" at the root.');
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
