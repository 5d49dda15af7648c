import pg from 'pg';
import { migrateJobs } from '../../src/jobs/migrate-jobs.js';
import { WorkerLife } from '../../src/jobs/worker-life.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';

let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

/** A job that this worker has taken and not finished. */
async function takenBy(workerId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(`select (graphile_worker.add_job('some-task')).id`);
  await client.query(
    'update graphile_worker._private_jobs set locked_by = $1, locked_at = now(), attempts = 1 where id = $2',
    [workerId, rows[0]?.id],
  );
}

async function takers(): Promise<(string | null)[]> {
  const { rows } = await client.query<{ locked_by: string | null }>(
    'select locked_by from graphile_worker.jobs order by id',
  );
  return rows.map((row) => row.locked_by);
}

async function aLife(workerId?: string): Promise<WorkerLife> {
  const life = new WorkerLife(database.url);
  await life.begin();
  if (workerId !== undefined) await life.claim(workerId);
  return life;
}

/** Who holds the locks that show life, in this database. */
async function holders(): Promise<number[]> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_locks join pg_database d on d.oid = pg_locks.database
     where locktype = 'advisory' and d.datname = current_database()`,
  );
  return rows.map((row) => row.pid);
}

describe('the sign of life of workers', () => {
  it('frees the jobs of the dead at once, and of nobody else', async () => {
    const other = await aLife('pool-alive');
    await takenBy('pool-dead');
    await takenBy('pool-alive');
    const life = await aLife('pool-own');
    await takenBy('pool-own');
    await life.freeJobsOfTheDead();
    expect(await takers()).toEqual([null, 'pool-alive', 'pool-own']);

    await other.end();
    await eventually(
      async () => {
        await life.freeJobsOfTheDead();
        return takers();
      },
      ([, second]) => second === null,
    );
    expect(await takers()).toEqual([null, null, 'pool-own']);
    await life.end();
  });

  it('is given again when the connection was lost', async () => {
    const other = await aLife('pool-alive');
    const [lost] = await holders();
    await client.query('select pg_terminate_backend($1)', [lost]);
    await eventually(holders, (pids) => pids.length === 1 && pids[0] !== lost);
    await takenBy('pool-alive');
    const life = await aLife();
    expect(await takers()).toEqual(['pool-alive']);
    await life.end();
    await other.end();
  });
});
