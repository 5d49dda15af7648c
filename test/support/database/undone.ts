import { Database, type Tx } from '../../../src/database/database.js';
import type { TestScrip } from '../service/scrip.js';

/** What `work` returns, without anything that it wrote: its transaction is rolled back. */
export async function undone<T>(scrip: TestScrip, work: (tx: Tx) => Promise<T>): Promise<T> {
  const end = new Error('the end of the test');
  let result: { value: T } | undefined;
  await scrip.running.app
    .get(Database)
    .transaction(async (tx) => {
      result = { value: await work(tx) };
      throw end;
    })
    .catch((error: unknown) => {
      if (error !== end) throw error;
    });
  if (result === undefined) throw new Error('the work has returned');
  return result.value;
}

/**
 * Fails unless rows of a table are locked while `lock` has them: against changes, and against rows that refer to them.
 */
export async function expectLocks(
  scrip: TestScrip,
  [table, column, value]: [table: string, column: string, value: string],
  lock: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  const refer = (waiting: '' | 'nowait') =>
    scrip.sql(`select from ${table} where ${column} = $1 for key share ${waiting}`, [value]);
  await undone(scrip, async (tx) => {
    await lock(tx);
    await expect(refer('nowait')).rejects.toMatchObject({ code: '55P03' });
  });
  // What the service still does with them by itself may hold them for a moment.
  expect(await refer('')).not.toEqual([]);
}
