import pg from 'pg';
import { startSandbox } from '../../index.js';
import { Database } from '../../store/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Ends every connection of the sandbox, as a restart of Postgres or an operator does. */
async function cutAll(): Promise<number | null> {
  const { rowCount } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'stripe-sandbox' and datname = current_database()`,
  );
  return rowCount;
}

describe('a sandbox whose connections to Postgres are cut', () => {
  it('lives on, also when one of them was lent and had nothing to do', async () => {
    const store = await Database.open(database.url, () => undefined);
    const cut = store.transaction(async (tx) => {
      await tx.query('select 1');
      expect(await cutAll()).toBeGreaterThan(0);
      // The end of the connection arrives while nobody asks it for anything.
      await eventually(
        async () =>
          (await client.query(`select from pg_stat_activity where application_name = 'stripe-sandbox'`)).rowCount,
        (count) => count === 0,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.query('select 1');
    });
    await expect(cut).rejects.toThrow();
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
    await store.close();
  });

  it('sends again what it could not note as sent', async () => {
    const sandbox = await startSandbox({ databaseUrl: database.url, port: 0 });
    const taken: string[] = [];
    const { createServer } = await import('node:http');
    const endpoint = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      taken.push(JSON.parse(body).id);
      // What the sandbox would note of this is lost with its connections: they break as soon as it tries.
      if (taken.length === 1)
        await client.query(`
          create or replace function cut() returns trigger language plpgsql as $$
          begin
            perform pg_terminate_backend(pg_backend_pid());
            return new;
          end $$;
          create or replace trigger tr_cut before update of last_result on sandbox.deliveries
          for each row execute function cut()`);
      else await client.query('drop trigger if exists tr_cut on sandbox.deliveries');
      response.end('{}');
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as { port: number };
    await sandbox.deliverTo(`http://127.0.0.1:${port}`);
    await fetch(`${sandbox.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=Ada',
    });
    await eventually(
      async () => (await client.query(`select state from sandbox.deliveries`)).rows,
      (rows) => rows.length > 0 && rows.every(({ state }) => state === 'delivered'),
    );
    expect(taken.length).toBeGreaterThan(1);
    expect(new Set(taken).size).toBe(1);
    await sandbox.close();
    endpoint.close();
  });
});
