/** Whether the tables of the books are shards by account, as `npm run scrip -- distribute` makes them with Citus. */
export async function areBooksSharded(query: (sql: string) => Promise<object[]>): Promise<boolean> {
  const citus = await query(`select 1 where to_regclass('pg_dist_partition') is not null`);
  if (citus.length === 0) return false;
  return (await query(`select 1 from pg_dist_partition where logicalrelid = to_regclass('balances')`)).length > 0;
}
