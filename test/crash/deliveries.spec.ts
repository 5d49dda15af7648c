import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { type ScripProcess, startProcess } from '../support/service/process.js';
import { type Receiver, startReceiver } from '../support/service/receiver.js';
import { PRIVATE_ENDPOINTS } from '../support/service/webhook-app.js';

const ROUNDS = process.env.SCRIP_SOAK === '1' ? 30 : 3;
const EVENTS = 40;

describe('a process that is killed while it delivers', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let receivers: Receiver[];
  let scrip: ScripProcess;

  const start = () => startProcess(database.url, PRIVATE_ENDPOINTS);

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    receivers = await Promise.all([startReceiver(), startReceiver()]);
    // One of them refuses every third message the first time.
    const known = new Set<unknown>();
    receivers[1]?.answer((response, { headers: { 'webhook-id': id } }) => {
      const isRefused = !known.has(id) && known.size % 3 === 0;
      known.add(id);
      response.writeHead(isRefused ? 503 : 200).end();
    });
    scrip = await start();
  });
  afterAll(async () => {
    await scrip.end('SIGKILL');
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await client.end();
    await database.drop();
  });

  /** In the transaction of their cause, one by one. */
  async function recordMany(round: number): Promise<void> {
    await client.query(
      `insert into domain_events (id, type, account_id, data, cause, occurred_at, recorded_at)
       select 'evt_' || $1 || '_' || n, 'trial.ending', 'ada', '{}', $1 || ' ' || n, now(), now()
       from generate_series(1, ${EVENTS}) n`,
      [`${round}`],
    );
  }

  it('has sent each event at least once to each endpoint in the end, and each has one delivery', async () => {
    for (const { url } of receivers)
      await scrip.api('POST', '/v1/webhook-endpoints', { body: { url, events: ['trial.ending'] } });
    const sent = () => receivers.reduce((sum, { received }) => sum + received.length, 0);
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = sent();
      await recordMany(round);
      // At another moment of the work each time.
      await eventually(
        async () => sent(),
        (now) => now >= before + round * 17 + 1,
      );
      await scrip.end('SIGKILL');
      scrip = await start();
    }
    const all = ROUNDS * EVENTS;
    await eventually(
      async () => receivers.map(({ received }) => new Set(received.map(({ headers }) => headers['webhook-id'])).size),
      (counts) => counts.every((count) => count === all),
      60_000,
    );
    const { rows } = await client.query(
      `select count(*)::int as deliveries, count(distinct (endpoint_id, message_id))::int as messages
       from webhook_deliveries`,
    );
    expect(rows).toEqual([{ deliveries: 2 * all, messages: 2 * all }]);
    await eventually(
      async () => (await client.query(`select from webhook_deliveries where status <> 'delivered'`)).rowCount,
      (count) => count === 0,
      60_000,
    );
  });
});
