import { eventually } from '../support/eventually.js';
import { checkBooksAt } from '../support/own-postgres.js';
import { type OwnServer, startOwnServer } from '../support/own-server.js';
import { freePort, type ScripProcess, startProcess } from '../support/process.js';
import { payAt } from '../support/shop.js';

const READY_AGAIN_WITHIN_MS = 5_000;
const NOT_READY_WITHIN_MS = 10_000;
const CREDITED_WITHIN_MS = 30_000;
/** What `basic` of the seeded catalogue gives. */
const CREDITS = 12;

/** Two processes over one Postgres that goes away and comes back. */
describe('Postgres that is gone while a background job ends', () => {
  let postgres: OwnServer;
  let scrip: ScripProcess;
  let worker: ScripProcess;

  beforeAll(async () => {
    postgres = await startOwnServer();
    scrip = await startProcess(postgres.url);
    worker = await startProcess(postgres.url, { ROLE: 'worker', PORT: `${await freePort()}` });
  });
  afterAll(async () => {
    await worker.end('SIGTERM');
    await scrip.end('SIGTERM');
    await postgres.remove();
  });

  const ready = async () => (await fetch(`${scrip.url}/health/ready`)).status;

  /** From now on the statement waits a while before it is done to a row of the table. */
  const slowed = (table: string, when: string) =>
    postgres.sql(
      `
      create or replace function linger() returns trigger language plpgsql as $$
      begin
        perform pg_sleep(5);
        return coalesce(new, old);
      end $$;
      create or replace trigger tr_linger before ${when} execute function linger()`.replace('TABLE', table),
    );
  const lingers = () =>
    eventually(
      () => postgres.sql(`select pid from pg_stat_activity where wait_event = 'PgSleep'`),
      (rows) => rows.length > 0,
    );

  it.each([
    ['is done', 'graphile_worker._private_jobs', 'delete on TABLE for each row'],
    ['has failed', 'graphile_worker._private_jobs', 'update of last_error on TABLE for each row'],
  ])('when it %s: the process lives, and the purchase is credited', async (how, table, when) => {
    const accountId = `buyer-${Date.now()}`;
    await scrip.api('PUT', `/v1/accounts/${accountId}`, { body: {} });
    const checkout = await scrip.api('POST', '/v1/checkout-sessions', { body: { accountId, product: 'basic' } });
    await slowed(table, when);
    if (how === 'has failed')
      await fetch(`${new URL(checkout.url).origin}/_sandbox/faults`, {
        method: 'POST',
        // A refusal fails the job; what Stripe gives no answer to would only wait.
        body: JSON.stringify({ method: 'GET', path: '/v1/checkout/sessions/*', times: 100, status: 400 }),
      });
    await payAt(checkout.url);
    await lingers();
    await postgres.stop();
    await eventually(ready, (status) => status === 503, NOT_READY_WITHIN_MS);
    await postgres.start();
    await eventually(ready, (status) => status === 200, READY_AGAIN_WITHIN_MS);
    await postgres.sql(`drop trigger tr_linger on ${table}; delete from sandbox.faults`);

    await eventually(
      () => scrip.api('GET', `/v1/accounts/${accountId}/balance`),
      ({ balance }) => balance === CREDITS,
      CREDITED_WITHIN_MS,
    );
    const waiting = () => postgres.sql('select from graphile_worker.jobs where locked_by is not null');
    await eventually(waiting, (jobs) => jobs.length === 0, CREDITED_WITHIN_MS);
    expect([scrip.exitCode(), worker.exitCode()]).toEqual([null, null]);
    expect((await checkBooksAt(postgres.url)).findings).toEqual([]);
  });
});
