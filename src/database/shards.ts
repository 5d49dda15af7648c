import { DRIVER } from './connections.js';

/** Whether the tables of the books are shards by account, as `npm run scrip -- distribute` makes them with Citus. */
export async function areBooksSharded(url: string): Promise<boolean> {
  const client = new DRIVER.Client({ ...DRIVER, connectionString: url, application_name: 'scrip' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query(`select to_regclass('pg_dist_partition') is not null as "hasCitus"`);
    if (!rows[0].hasCitus) return false;
    const partitions = `select from pg_dist_partition where logicalrelid = to_regclass('balances')`;
    return (await client.query(partitions)).rowCount !== 0;
  } finally {
    await client.end();
  }
}
