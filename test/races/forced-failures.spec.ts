import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { startRival } from '../support/database/rival.js';
import { eventually } from '../support/eventually.js';
import { type HttpAnswer, startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

/** What the database does to a batch from outside is no caller's business, as far as it can be mended. */
describe('a batch that the database disturbs', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let ada: TestAccount;
  let bob: TestAccount;

  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await scrip.close();
    await database.drop();
  });
  beforeEach(async () => {
    // In this order of their ids, which is the order in which a batch locks them.
    const name = randomUUID();
    ada = await openAccount(scrip, `a-${name}`);
    bob = await openAccount(scrip, `b-${name}`);
    await ada.grant(100);
    await bob.grant(100);
  });
  afterEach(async () => {
    await scrip.sql('drop trigger if exists tr_test on entry_rows');
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  /** Requests of one turn of the event loop, which become one batch. */
  const atOnce = (count: number, act: (index: number) => Promise<HttpAnswer>) =>
    Promise.all(Array.from({ length: count }, (_, index) => act(index)));
  const alternating = (index: number) => (index % 2 === 0 ? ada : bob);

  /** From now on `statement` runs before each insert of an entry; `attempt` counts them, also those rolled back.
   * It runs as the owner of the tables, since the service may not use what a test has made. */
  async function beforeEachEntry(level: 'row' | 'statement', statement: string) {
    await scrip.sql(`
      drop sequence if exists test_attempts;
      create sequence test_attempts;
      create or replace function disturb() returns trigger language plpgsql security definer as $$
      declare attempt bigint := nextval('test_attempts');
      begin
        ${statement}
        return new;
      end $$;
      create trigger tr_test before insert on entry_rows for each ${level} execute function disturb()`);
  }
  const attempts = async () => Number((await scrip.sql('select last_value from test_attempts'))[0]?.last_value);

  it('is replayed after a deadlock with another program, and nobody sees it', async () => {
    await scrip.sql(`
      do $$ begin
        execute format('alter database %I set deadlock_timeout = ''200ms''', current_database());
      end $$`);
    const hasty = await startTestScrip({ DATABASE_URL: database.url });
    const spendOn = (accountId: string) =>
      hasty.call('POST', '/v1/spends', { accountId, amount: 1 }, { idempotencyKey: randomUUID() });
    const deadlocks = async () => {
      const [row] = await scrip.sql('select deadlocks from pg_stat_database where datname = current_database()');
      return Number(row?.deadlocks);
    };
    const before = await deadlocks();

    const rival = await startRival(database.url);
    await rival.lock(bob.id);
    const spending = atOnce(20, (index) => spendOn(alternating(index).id));
    // The batch holds ada and waits for bob; now the rival, who holds bob, waits for ada.
    await rival.isWaitedFor();
    await rival.lock(ada.id);
    await rival.end();

    expect((await spending).map(outcomeOf)).toEqual(Array.from({ length: 20 }, () => 'accepted'));
    expect([(await ada.standing()).balance, (await bob.standing()).balance]).toEqual([90, 90]);
    // A connection reports what happened to it at its end.
    await hasty.close();
    await eventually(deadlocks, (count) => count > before);
  });

  it.each(['40P01', '40001'])(
    'is replayed when Postgres gives up with %s three times, and nobody sees it',
    async (state) => {
      await beforeEachEntry(
        'statement',
        `if attempt <= 3 then raise exception 'forced' using errcode = '${state}'; end if;`,
      );
      const answers = await atOnce(20, (index) => alternating(index).spend(1));
      expect(answers.map(outcomeOf)).toEqual(Array.from({ length: 20 }, () => 'accepted'));
      expect(await attempts()).toBeGreaterThan(3);
      expect([(await ada.standing()).balance, (await bob.standing()).balance]).toEqual([90, 90]);
    },
  );

  it.each(['40P01', '40001'])('is told as busy when %s does not end, and its keys stay free', async (state) => {
    await beforeEachEntry('statement', `raise exception 'forced' using errcode = '${state}';`);
    const answers = await atOnce(3, (index) => ada.spend(1, `job-${index}`));
    for (const { status, headers, body } of answers)
      expect([status, body.type, headers.has('retry-after')]).toEqual([503, '/problems/busy', true]);
    await scrip.sql('drop trigger tr_test on entry_rows');
    const again = await atOnce(3, (index) => ada.spend(1, `job-${index}`));
    expect(again.map(outcomeOf)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('goes on without an account that stays locked elsewhere, whose items follow when it is free', async () => {
    const rival = await startRival(database.url);
    await rival.lock(ada.id);
    const waiting = atOnce(5, () => ada.spend(1));
    const others = await atOnce(5, () => bob.spend(1));

    expect(others.map(outcomeOf)).toEqual(Array.from({ length: 5 }, () => 'accepted'));
    await rival.end();
    expect((await waiting).map(outcomeOf)).toEqual(Array.from({ length: 5 }, () => 'accepted'));
  });

  it('tells the items of an account that is not freed in time that it is busy, and their keys stay free', async () => {
    const rival = await startRival(database.url);
    await rival.lock(ada.id);
    const waiting = atOnce(3, (index) => ada.spend(1, `job-${index}`));
    await rival.isWaitedFor();
    const meanwhile = await atOnce(3, () => bob.spend(1));
    expect(meanwhile.map(outcomeOf)).toEqual(['accepted', 'accepted', 'accepted']);
    for (const { status, headers, body } of await waiting)
      expect([status, body.type, headers.has('retry-after')]).toEqual([503, '/problems/busy', true]);
    await rival.end();

    expect(await ada.entries()).toEqual(['grant +100']);
    const again = await atOnce(3, (index) => ada.spend(1, `job-${index}`));
    expect(again.map(outcomeOf)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('fails for one bad item alone: all others are written, and the bad one is an opaque error', async () => {
    await beforeEachEntry(
      'row',
      `if new.metadata->>'job' = 'poison' then raise exception 'secret of the database' using errcode = 'XX001'; ` +
        'end if;',
    );
    const answers = await atOnce(40, (index) =>
      alternating(index).spend(1, `job-${index}`, { metadata: { job: index === 17 ? 'poison' : 'good' } }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(39);
    expect(answers[17]).toMatchObject({ status: 500, body: { type: '/problems/internal-error' } });
    expect(JSON.stringify(answers[17]?.body)).not.toContain('secret');
    expect([(await ada.standing()).balance, (await bob.standing()).balance]).toEqual([80, 81]);

    await scrip.sql('drop trigger tr_test on entry_rows');
    const again = await bob.spend(1, 'job-17', { metadata: { job: 'poison' } });
    expect(outcomeOf(again)).toBe('accepted');
  });

  it('whose connection is cut is posted again, and nothing counts twice', async () => {
    await beforeEachEntry('statement', 'if attempt = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;');
    const answers = await atOnce(20, (index) => alternating(index).spend(1, `job-${index}`));
    const accepted = answers.filter((answer) => outcomeOf(answer) === 'accepted').length;
    for (const answer of answers) expect(['accepted', 'database-unavailable']).toContain(outcomeOf(answer));
    expect((await ada.standing()).balance + (await bob.standing()).balance).toBe(200 - accepted);

    const again = await atOnce(20, (index) => alternating(index).spend(1, `job-${index}`));
    for (const answer of again) expect(['accepted', 'replayed']).toContain(outcomeOf(answer));
    expect((await ada.standing()).balance + (await bob.standing()).balance).toBe(180);
  });
});
