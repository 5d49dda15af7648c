import { eventually } from '../support/eventually.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { type OwnServer, startOwnServer } from '../support/service/own-server.js';
import { freePort, type ScripProcess, startProcess } from '../support/service/process.js';
import { Crowd } from '../support/shop/crowd.js';
import { Buyer } from './buyer.js';
import { forget, HELD_UP, holdUp, LET_GO, MOMENTS, PREPARE } from './moments.js';
import { OUTAGES, type Outage } from './outages.js';

const NOT_READY_WITHIN_MS = 10_000;
const READY_AGAIN_WITHIN_MS = 5_000;
const CREDITED_WITHIN_MS = 30_000;
const A_ROUND_MS = 120_000;
const CREDITS = 1_000_000;
/** What `basic` of the seeded catalogue gives. */
const BOUGHT = 12;

const isSoak = process.env.SCRIP_SOAK === '1';
/** What the suite runs; the soak runs all of it. */
const SAMPLE = [
  'the failure of a job, stopped',
  'the end of a job, killed',
  'the store of an event, cut off',
  'a batch, out of connections',
];
const ROUNDS = MOMENTS.flatMap((moment) =>
  OUTAGES.map((outage) => [`${moment.name}, ${outage.name}`, moment, outage] as const),
);
const rounds = isSoak ? ROUNDS : ROUNDS.filter(([name]) => SAMPLE.includes(name));

/** The service in two processes over one Postgres, which is away for a while at the worst moment. */
describe.each(isSoak ? ['all', 'api'] : ['all'])(
  'Postgres goes away from a process in role %s and a worker',
  (role) => {
    let postgres: OwnServer;
    let scrip: ScripProcess;
    let worker: ScripProcess;
    let crowd: Crowd;

    beforeAll(async () => {
      postgres = await startOwnServer({ max_connections: '90' });
      scrip = await startProcess(postgres.url, { ROLE: role });
      worker = await startProcess(postgres.url, { ROLE: 'worker', PORT: `${await freePort()}` });
      await postgres.sql(PREPARE);
      crowd = await Crowd.open(scrip, ['ada', 'bob'], CREDITS);
    }, A_ROUND_MS);
    afterAll(async () => {
      await worker.end('SIGTERM');
      await scrip.end('SIGTERM');
      await postgres.remove();
    });

    const ready = async () => (await fetch(`${scrip.url}/health/ready`)).status;

    /** Waits until somebody is held up in that moment, and takes Postgres away. */
    async function strike(outage: Outage): Promise<() => Promise<void>> {
      await eventually(
        () => postgres.sql(HELD_UP),
        (held) => held.length > 0,
      );
      const end = await outage.strike(postgres);
      if (outage.lasts) await eventually(ready, (status) => status === 503, NOT_READY_WITHIN_MS);
      return end;
    }

    async function expectExactBooks(): Promise<void> {
      await crowd.untilCutOff();
      expect(await crowd.missing()).toEqual([]);
      await crowd.settle();
      expect({ unacknowledged: crowd.unacknowledged, strange: crowd.strange }).toEqual({
        unacknowledged: [],
        strange: [],
      });
      for (const id of crowd.accountIds) {
        const { body } = await crowd.get(`/v1/accounts/${id}/balance`);
        expect({ id, balance: body.balance }).toEqual({ id, balance: CREDITS - crowd.spentOn(id) });
      }
      expect((await checkBooksAt(postgres.url)).findings).toEqual([]);
    }

    it.each(rounds)(
      'at %s: it lives, answers 503 meanwhile, credits the purchase soon after, and the books are exact',
      async (_name, moment, outage) => {
        if (moment.stripeFails) await stripeFails(scrip);
        await postgres.sql(holdUp(moment));
        const buyer = new Buyer(scrip.url);
        const buying = buyer.buy().catch((error: Error) => error.message);
        crowd.start(4);
        const end = await strike(outage);
        await end();
        await eventually(ready, (status) => status === 200, READY_AGAIN_WITHIN_MS);
        await postgres.sql(`${LET_GO}; delete from sandbox.faults`);
        await crowd.stop();

        expect(await within(CREDITED_WITHIN_MS, buying)).toBe(BOUGHT);
        expect([scrip.exitCode(), worker.exitCode()]).toEqual([null, null]);
        await expectExactBooks();
        // What was given out while the connection broke is not forgotten.
        await eventually(
          () => postgres.sql('select id from graphile_worker.jobs where locked_by is not null'),
          (jobs) => jobs.length === 0,
          CREDITED_WITHIN_MS,
        );
        await postgres.sql(forget(moment));
      },
      A_ROUND_MS,
    );
  },
);

/** What a promise comes to, or that it took too long. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve(`not within ${limitMs} ms`), limitMs).unref());
  return Promise.race([promise, late]);
}

/** Every read of a checkout fails from now on. */
async function stripeFails(scrip: ScripProcess): Promise<void> {
  const fault = { method: 'GET', path: '/v1/checkout/sessions/*', times: 1_000, status: 400 };
  const answer = await fetch(`${scrip.sandboxUrl}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!answer.ok) throw new Error(`the sandbox takes no fault: ${await answer.text()}`);
}
