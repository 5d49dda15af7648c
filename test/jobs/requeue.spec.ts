import pg from 'pg';
import { startScrip } from '../../src/app/start.js';
import { loadConfig } from '../../src/config/config.js';
import { migrateJobs } from '../../src/jobs/migrate-jobs.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function storeEvent(id: string, type: string): Promise<void> {
  await client.query(
    `insert into stripe_events (id, type, created, livemode, payload, status, received_at)
     values ($1, $2, now(), false, '{}', 'received', now())`,
    [id, type],
  );
}

async function storeRun(id: string): Promise<void> {
  await client.query(
    `insert into reconciliations
       (id, status, livemode, window_from, window_to, repair, origin, phase, created_at, updated_at)
     values ($1, 'running', true, now() - interval '1 day', now(), true, 'api', 'payments', now(), now())`,
    [id],
  );
}

describe('rows that wait for a job, and have none', () => {
  it('are given one by the start of a process that runs jobs, each kind its own', async () => {
    await storeEvent('evt_paid', 'payment_intent.succeeded');
    await storeEvent('evt_given_back', 'refund.updated');
    await storeEvent('evt_other', 'product.updated');
    // A run of the other mode ends with its first step.
    await storeRun('rcn_left');
    // Its last attempt is over, so it is as good as none.
    await client.query(
      `select graphile_worker.add_job('handle-purchase-event', '{"stripeEventId": "evt_paid"}',
         job_key => 'stripe-event:evt_paid', max_attempts => 1)`,
    );
    await client.query('update graphile_worker._private_jobs set attempts = 1');

    const added = await tasksAdded();
    const env = { DATABASE_URL: database.url, ROLE: 'worker', LOG_LEVEL: 'silent' };
    const worker = await startScrip(loadConfig(env));
    await eventually(
      async () => (await client.query(`select from reconciliations where status = 'failed'`)).rowCount,
      (ended) => ended === 1,
    );
    expect(await added()).toEqual([
      'handle-money-back-event',
      'handle-purchase-event',
      'handle-stripe-event',
      'reconcile',
    ]);
    await worker.close();
  });
});

/** Keeps a list of the kinds of jobs that are added from now on. */
async function tasksAdded(): Promise<() => Promise<string[]>> {
  await client.query(`
    create table added_jobs (task_id int);
    create function note_added_job() returns trigger language plpgsql security definer as $$
    begin
      insert into public.added_jobs values (new.task_id);
      return new;
    end $$;
    create trigger note_added_job before insert on graphile_worker._private_jobs
      for each row execute function note_added_job();
  `);
  return async () => {
    const { rows } = await client.query<{ identifier: string }>(
      `select distinct identifier
       from added_jobs
       join graphile_worker._private_tasks on _private_tasks.id = task_id
       order by identifier`,
    );
    return rows.map(({ identifier }) => identifier);
  };
}
