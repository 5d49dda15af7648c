import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { NOTED } from '../support/ledger/noted-events.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { isAlive, type ScripProcess, startProcess } from '../support/service/process.js';

const KILLS = process.env.SCRIP_SOAK === '1' ? 20 : 2;
const CLIENTS = 12;
const ACCOUNTS = ['ada', 'bob'];

interface EntryRow {
  kind: string;
  amount: string;
  balance_after: string;
}

describe.each([0, 2])('a service that is killed while credits come and go, with %i processes for HTTP', (processes) => {
  const env = { HTTP_PROCESSES: `${processes}` };
  let database: TestDatabase;
  let scrip: ScripProcess;
  let client: pg.Client;
  let isLoaded = false;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    scrip = await startProcess(database.url, env);
    for (const id of ACCOUNTS) await scrip.api('PUT', `/v1/accounts/${id}`, { body: {} });
  });
  afterAll(async () => {
    if (isAlive(scrip.pid)) await scrip.end('SIGTERM');
    await client.end();
    await database.drop();
  });

  /** Takes what there is, and gives some, for as long as there is load. What is refused or cut off is let be. */
  async function comeAndGo(number: number): Promise<void> {
    const accountId = ACCOUNTS[number % ACCOUNTS.length] ?? '';
    while (isLoaded) {
      const request = { idempotencyKey: randomUUID() };
      const asked =
        Math.random() < 0.2
          ? scrip.api('POST', `/v1/accounts/${accountId}/grants`, { ...request, body: gift() })
          : scrip.api('POST', '/v1/spends', { ...request, body: { accountId, amount: 1 } });
      await asked.catch(() => pause(20));
    }
  }

  const gift = () => ({ amount: 3, category: 'promotional', reason: 'a test' });

  async function select<Row extends object>(sql: string, accountId: string): Promise<Row[]> {
    return (await client.query<Row>(sql, [accountId])).rows;
  }

  it(`has noted an event for each crossing and each grant after ${KILLS} kills, and no other`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      isLoaded = true;
      const clients = Array.from({ length: CLIENTS }, (_, number) => comeAndGo(number));
      await pause(1_000);
      await scrip.end('SIGKILL');
      isLoaded = false;
      await Promise.all(clients);
      scrip = await startProcess(database.url, env);
    }
    for (const accountId of ACCOUNTS) {
      const events = await select<{ type: string }>(NOTED, accountId);
      const entries = await select<EntryRow>(
        'select kind, amount, balance_after from entries where account_id = $1 order by seq',
        accountId,
      );
      expect(entries.length).toBeGreaterThan(20);
      expect(events.map(({ type }) => type)).toEqual(entries.flatMap(eventsOf));
    }
    expect((await checkBooksAt(database.url)).findings).toEqual([]);
  });
});

/** What an entry is told by, of an account that holds nothing. */
function eventsOf({ kind, amount, balance_after }: EntryRow, index: number): string[] {
  const [before, after] = [Number(balance_after) - Number(amount), Number(balance_after)];
  const given = kind === 'grant' ? ['grant.created'] : [];
  if (before > 0 && after <= 0) return [...given, 'balance.depleted'];
  return before <= 0 && after > 0 && index > 0 ? [...given, 'balance.recovered'] : given;
}
