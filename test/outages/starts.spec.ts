import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { type OwnServer, startOwnServer } from '../support/service/own-server.js';
import { startProcess } from '../support/service/process.js';
import { Buyer } from './buyer.js';
import { OUTAGES, type Outage } from './outages.js';

const isSoak = process.env.SCRIP_SOAK === '1';
const A_ROUND_MS = 120_000;
/** How long a process may take to reach its first statement, on a machine that is busy with others. */
const A_START_MS = 60_000;
/**
 * Rather a clear end, which a supervisor answers with another start, than a process that waits for nobody knows what.
 */
const ENDS_WITHIN_MS = 45_000;

/** A statement of a migration that lasts: what an operator sees on a large table. */
const SLOW_MIGRATION = `
  create function linger() returns event_trigger language plpgsql as $$
  begin
    if current_setting('application_name') = 'scrip-migrate' then perform pg_sleep(20); end if;
  end $$;
  create event trigger tr_linger on ddl_command_start when tag in ('CREATE TABLE') execute function linger()`;
/** The first thing that the service itself writes when it starts. */
const HELD_UP_KEY = `
  delete from api_keys;
  create function linger() returns trigger language plpgsql as $$
  begin
    perform pg_sleep(20);
    return new;
  end $$;
  create trigger tr_linger before insert on api_keys for each row execute function linger()`;
const HELD_UP = `select pid from pg_stat_activity where wait_event = 'PgSleep'`;

describe('a start while Postgres goes away', () => {
  let postgres: OwnServer;
  beforeAll(async () => {
    postgres = await startOwnServer({ max_connections: '90' });
  }, A_ROUND_MS);
  afterAll(() => postgres.remove());

  /** An empty database on the server, at an address of its own. */
  async function aDatabase(name: string): Promise<string> {
    await postgres.sql(`create database ${name}`);
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async function within(databaseUrl: string, sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'the test' });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  async function expectItWorks(databaseUrl: string): Promise<void> {
    const scrip = await startProcess(databaseUrl);
    const buyer = new Buyer(scrip.url);
    expect([await buyer.buy(), buyer.strange]).toEqual([12, []]);
    expect(await scrip.end('SIGTERM')).toBe(0);
    expect((await checkBooksAt(databaseUrl)).findings).toEqual([]);
  }

  /** How a start ends whose statements are held up, while Postgres goes away. */
  async function endOfStart(databaseUrl: string, outage: Outage): Promise<string> {
    const ended = startProcess(databaseUrl).then(
      () => 'started',
      (error: Error) => error.message,
    );
    await eventually(
      () => postgres.sql(HELD_UP),
      (held) => held.length > 0,
      A_START_MS,
    );
    const end = await outage.strike(postgres);
    const how = await withinTime(ended);
    await end();
    return how;
  }

  const all = OUTAGES.map((outage) => [outage.name, outage] as const);

  it.each(all.filter(([name]) => isSoak || name === 'killed'))(
    'in the middle of a migration, %s: it ends with a sentence, and the next start goes on from there',
    async (name, outage) => {
      const databaseUrl = await aDatabase(`migrated_${name.replaceAll(/\W/g, '_')}`);
      await within(databaseUrl, SLOW_MIGRATION);
      const ended = await endOfStart(databaseUrl, outage);
      expect(ended).toMatch(/Scrip cannot start\. .*/);
      expect(ended).not.toMatch(/\n\s+at /);
      await within(databaseUrl, 'drop event trigger tr_linger');
      await expectItWorks(databaseUrl);
    },
    A_ROUND_MS,
  );

  if (!isSoak) return;
  it.each(all)(
    'once the schema is there, %s: it ends with a sentence, and works once Postgres is back',
    async (name, outage) => {
      const databaseUrl = await aDatabase(`begun_${name.replaceAll(/\W/g, '_')}`);
      await expectItWorks(databaseUrl);
      await within(databaseUrl, HELD_UP_KEY);
      const ended = await endOfStart(databaseUrl, outage);
      expect(ended).toMatch(/Scrip cannot start\. .*/);
      expect(ended).not.toMatch(/\n\s+at /);
      await within(databaseUrl, 'drop trigger tr_linger on api_keys');
      await expectItWorks(databaseUrl);
    },
    A_ROUND_MS,
  );

  it.each(all.filter(([, { lasts }]) => lasts))(
    'that is %s from the beginning: it ends with a sentence, and works once Postgres is back',
    async (name, outage) => {
      const databaseUrl = await aDatabase(`started_${name.replaceAll(/\W/g, '_')}`);
      const end = await outage.strike(postgres);
      const ended = await withinTime(
        startProcess(databaseUrl).then(
          () => 'started',
          (error: Error) => error.message,
        ),
      );
      expect(ended).toMatch(/Scrip cannot start\. .*/);
      expect(ended).not.toMatch(/\n\s+at /);
      await end();
      await expectItWorks(databaseUrl);
    },
    A_ROUND_MS,
  );
});

/** Fails when the process neither starts nor ends. */
async function withinTime(ended: Promise<string>): Promise<string> {
  const late = new Promise<string>((resolve) =>
    setTimeout(() => resolve('neither started nor ended'), ENDS_WITHIN_MS).unref(),
  );
  return Promise.race([ended, late]);
}
