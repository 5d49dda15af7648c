import { areBooksSharded } from '../../migrations/books/sharded.js';
import { DRIVER } from './connections.js';

/** Asks a database, over a connection of its own, whether its books are shards. */
export async function isSharded(url: string): Promise<boolean> {
  const client = new DRIVER.Client({ ...DRIVER, connectionString: url, application_name: 'scrip' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await areBooksSharded(async (sql) => (await client.query(sql)).rows);
  } finally {
    await client.end();
  }
}
