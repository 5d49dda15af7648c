import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type RunningScrip, startScrip } from '../../src/app/start.js';
import { loadConfig } from '../../src/config/config.js';
import { FIRST_ATTEMPTS, FURTHER_ATTEMPTS } from '../../src/webhooks/queue.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { type StallingProxy, startStallingProxy } from '../support/service/stalling-proxy.js';

const GOES_ON_WITHIN_MS = 30_000;
const STOPS_WITHIN_MS = 45_000;
/** One of each kind of slot, of an event that nobody knows: there is nothing to do but to take it. */
const TASKS = [...Object.values(FIRST_ATTEMPTS), FURTHER_ATTEMPTS].map(({ name }) => name);

describe('a worker whose connections lead nowhere all at once, without a word', () => {
  let database: TestDatabase;
  let way: StallingProxy;
  let worker: RunningScrip;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    way = await startStallingProxy(database.url);
    worker = await startScrip(loadConfig({ DATABASE_URL: way.url, ROLE: 'worker', LOG_LEVEL: 'silent' }));
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    way.resume();
    await worker.close();
    await client.end();
    await way.close();
    await database.drop();
  });

  async function addJobs(): Promise<void> {
    for (const task of TASKS)
      await client.query(`select graphile_worker.add_job($1, '{"stripeEventId": "evt_of_nobody"}')`, [task]);
  }

  const jobsLeft = async () =>
    (await client.query('select task_identifier as task from graphile_worker.jobs')).rows.map(({ task }) => task);

  it('takes new ones and goes on with jobs of every kind within half a minute', async () => {
    await addJobs();
    await eventually(jobsLeft, (left) => left.length === 0);
    way.strand();
    await addJobs();
    await eventually(jobsLeft, (left) => left.length === 0, GOES_ON_WITHIN_MS);
  });

  // It takes its time, so it is a part of the soak.
  (process.env.SCRIP_SOAK ? it : it.skip)('stops when it is told to, though nothing answers', async () => {
    way.stall();
    // Long enough for every slot to ask for a job.
    await pause(3_000);
    const seen = await Promise.race([worker.close().then(() => 'stopped'), pause(STOPS_WITHIN_MS, 'hangs')]);
    expect(seen).toBe('stopped');
  });
});
