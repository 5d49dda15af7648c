import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BookReport, checkBooks } from '../../../src/book-checks/check-books.js';
import { Database } from '../../../src/database/database.js';
import { superuser } from '../../../src/database/embedded/create-cluster.js';

/** The Postgres that a service has started for itself, seen from outside by what it leaves in its data folder. */
export async function postgresIn(dataDir: string): Promise<{ pid: number; url: string }> {
  const folder = join(dataDir, 'postgres');
  // The lines of postmaster.pid: its pid, its folder, its start, its port.
  const [pid, , , port] = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
  const password = (await readFile(join(folder, 'scrip.password'), 'utf8')).trim();
  return { pid: Number(pid), url: `postgres://${superuser}:${password}@127.0.0.1:${port}/scrip` };
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
