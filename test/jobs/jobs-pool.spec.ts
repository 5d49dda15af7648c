import { JobsPool } from '../../src/jobs/jobs-pool.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

let database: TestDatabase;
let pool: JobsPool;
beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  pool = new JobsPool(database.url, 2);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

const raising = (state: string) => `do $$ begin raise exception 'forced' using errcode = '${state}'; end $$`;

async function failureOf(sql: string): Promise<{ code?: string }> {
  const client = await pool.connect();
  try {
    await client.query(sql);
    return {};
  } catch (error) {
    return error as { code?: string };
  } finally {
    client.release();
  }
}

describe('the connections of the job queue', () => {
  it('hide that a server is starting up, for which the queue would wait longer each time', async () => {
    const starting = await failureOf(raising('57P03'));
    expect(starting).toBeInstanceOf(Error);
    expect(starting.code).toBeUndefined();
    // Of what is not there the queue has to know.
    expect((await failureOf('select from nowhere')).code).toBe('42P01');
  });

  it('note the end of a job again until it is taken, and give up what will never be', async () => {
    await pool.query('create sequence tries');
    await pool.query(`
      create function on_third_try() returns void language plpgsql as $$
      begin
        if nextval('tries') < 3 then raise exception 'not yet' using errcode = '57P01'; end if;
      end $$`);
    const client = await pool.connect();
    await client.query({ name: 'complete_job/test', text: 'select on_third_try()' });
    expect((await pool.query('select last_value::int as tries from tries')).rows).toEqual([{ tries: 3 }]);
    await client.query({ name: 'fail_job/test', text: `select '\\u0000'::jsonb` });
    expect(pool.isNotingEnds).toBe(false);
    client.release();
  });
});
