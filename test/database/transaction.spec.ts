import { setTimeout as wait } from 'node:timers/promises';
import { entities } from '../../src/app/entities.js';
import { Database } from '../../src/database/database.js';
import { DatabaseUnavailable } from '../../src/http/problems/http.problems.js';
import { problemOf } from '../../src/http/problems/problem-of.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

/** What a caller hears when the server goes away in the middle of a transaction. */
describe('a transaction whose connection breaks', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await Database.connect({ url: testDatabase.url, poolSize: 2, entities });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await testDatabase.drop();
  });

  /** Ends the server's side of the transaction, and waits until the driver has noticed. */
  async function breakConnectionOf(pid: number): Promise<void> {
    await database.query('select pg_terminate_backend($1, 5000)', [pid]);
    await wait(50);
  }

  it.each(['between its last statement and its commit', 'between two statements'])(
    '%s is unavailable',
    async (when) => {
      const failure = await database
        .transaction(async (tx) => {
          const [row] = await tx.query('select pg_backend_pid() as pid');
          await breakConnectionOf(row.pid);
          if (when === 'between two statements') await tx.query('select 1');
        })
        .catch((error: unknown) => error);

      expect(problemOf(failure, { method: 'POST', path: '/' })).toBeInstanceOf(DatabaseUnavailable);
      expect(await database.transaction((tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
    },
  );
});
