import { join } from 'node:path';
import { findEmbeddedPostgres } from '@scrip/embedded-postgres';
import { type BookReport, checkBooks } from '../../../src/book-checks/check-books.js';
import { Database } from '../../../src/database/database.js';

/** The Postgres that a service has started for itself, seen from outside by what it leaves in its data folder. */
export async function postgresIn(dataDir: string): Promise<{ pid: number; url: string }> {
  const server = await findEmbeddedPostgres(join(dataDir, 'postgres'), 'scrip');
  if (server === undefined) throw new Error(`no Postgres runs in ${dataDir}`);
  return server;
}

/** Looks at the books over a connection of its own, beside whatever service runs on them. */
export async function checkBooksAt(databaseUrl: string): Promise<BookReport> {
  const database = await Database.connect({ url: databaseUrl, poolSize: 2, entities: [] });
  try {
    return await database.snapshot((tx) => checkBooks(tx));
  } finally {
    await database.onApplicationShutdown();
  }
}
