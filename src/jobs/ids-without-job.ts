import type { Tx } from '../database/database.js';

export interface WaitingRows {
  table: string;
  /** The SQL condition on which a row waits for its job. */
  where: string;
  /** The column that tells the order; `id` unless given. */
  orderBy?: string;
  /** What stands, with a colon, before the row's id in the key of its job. */
  keyPrefix: string;
}

/** The ids of rows that wait, and have no job that could still run, in order. */
export async function idsWithoutJob(
  tx: Tx,
  { table, where, orderBy = 'id', keyPrefix }: WaitingRows,
): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select id
     from ${table}
     where ${where}
       and not exists (
         select 1
         from graphile_worker.jobs
         where jobs.key = $1 || ${table}.id
           and jobs.attempts < jobs.max_attempts
       )
     order by ${orderBy}`,
    [`${keyPrefix}:`],
  );
  return rows.map(({ id }) => id);
}
