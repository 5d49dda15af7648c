import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { startRival } from '../../support/database/rival.js';
import { eventually } from '../../support/eventually.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { accountOf, openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import { spendOf } from '../../support/shop/shop.js';
import { usageOf } from '../../support/shop/usage.js';

/** A process decides from memory on accounts that it has seen lately, though others may have changed them since. */
describe('an account that is remembered', () => {
  let database: TestDatabase;
  let here: TestScrip;
  let elsewhere: TestScrip;
  let account: TestAccount;
  let sameElsewhere: TestAccount;

  beforeAll(async () => {
    database = await createTestDatabase();
    elsewhere = await startTestScrip({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await elsewhere.close();
    await database.drop();
  });
  beforeEach(async () => {
    // A process of its own for each: one whose memory was wrong reads for a while, and would show nothing.
    here = await startTestScrip({ DATABASE_URL: database.url });
    account = await openAccount(here);
    sameElsewhere = accountOf(elsewhere, account.id);
    await account.grant(100);
    await account.spend(1);
  });
  afterEach(async () => {
    expect((await here.checkBooks()).findings).toEqual([]);
    await here.close();
  });

  const waits = () =>
    here.sql<{ calls: string }>(`select calls from pg_stat_user_functions where funcname = 'read_books'`);

  it('is not read again for the next spend, grant or hold, nor for what becomes of its holds', async () => {
    await here.sql(`do $$ begin
      execute format('alter database %I set track_functions = ''pl''', current_database()); end $$`);
    const counting = await startTestScrip({ DATABASE_URL: database.url });
    const counted = accountOf(counting, account.id);
    await counted.spend(1);
    // The figures of a connection are told to the others when it has been idle for a second, or closes.
    for (let spend = 0; spend < 10; spend += 1) expect((await counted.spend(1)).status).toBe(201);
    await counted.grant(5);
    for (let job = 0; job < 5; job += 1) {
      const { body: hold } = await counted.hold(3);
      expect((await counted.capture(hold.id, 1, { final: false })).status).toBe(201);
      expect((await counted.release(hold.id, randomUUID())).status).toBe(200);
    }
    await counted.hold(3);
    // Its counters are read with it, and those that it has not are 0.
    const usage = usageOf(counting, account.id);
    for (let page = 0; page < 10; page += 1)
      expect((await usage.use({ meter: 'pages', quantity: 1 })).status).toBe(201);
    await counting.close();
    // A connection that was closed tells its figures when its process has ended.
    expect(await eventually(waits, ([figures]) => figures?.calls !== '0')).toEqual([{ calls: '1' }]);
    expect(await account.standing()).toEqual({ balance: 78, held: 3, available: 75 });
  });

  it('is spent from by two processes in turn, each of which believes what the other has changed', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      expect((await account.spend(2)).body.balance).toBe(99 - turn * 5 - 2);
      expect((await sameElsewhere.spend(3)).body.balance).toBe(99 - turn * 5 - 5);
    }
  });

  it('is spent from by two processes at once, and nothing is lost or spent twice', async () => {
    const both = [account, sameElsewhere];
    const answers = await Promise.all(Array.from({ length: 120 }, (_, index) => both[index % 2]?.spend(1)));
    const outcomes = answers.map((answer) => answer && outcomeOf(answer)).sort();
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(99);
    expect(outcomes.filter((outcome) => outcome === 'insufficient-credits')).toHaveLength(21);
    expect(await account.standing()).toEqual({ balance: 0, held: 0, available: 0 });
  });

  it('is not refused for what it had: credits that came elsewhere can be spent here at once', async () => {
    await sameElsewhere.grant(50);
    expect(outcomeOf(await account.spend(140))).toBe('accepted');
  });

  it('is refused for what it has: credits that went elsewhere cannot be spent here', async () => {
    await sameElsewhere.spend(90);
    expect(outcomeOf(await account.spend(10))).toBe('insufficient-credits');
    await sameElsewhere.hold(9);
    expect(outcomeOf(await account.spend(1))).toBe('insufficient-credits');
  });

  // Neither writes an entry, whose number would be taken already: it is the comparison alone that notices.
  it('has all its holds and grants to come, wherever they were made', async () => {
    await sameElsewhere.hold(60);
    expect(outcomeOf(await account.hold(30))).toBe('accepted');
    expect(outcomeOf(await account.hold(30))).toBe('insufficient-credits');
    expect(await account.standing()).toEqual({ balance: 99, held: 90, available: 9 });

    const other = await openAccount(here);
    await other.grant(10);
    await other.spend(1);
    const effectiveAt = new Date(here.clock.now().getTime() + 3_600_000).toISOString();
    await accountOf(elsewhere, other.id).grant(5, { effectiveAt });
    await other.grant(5, { effectiveAt });
    const ordinals = await here.sql('select ordinal from grants where account_id = $1 order by ordinal', [other.id]);
    expect(ordinals.map(({ ordinal }) => ordinal)).toEqual(['1', '2', '3']);
  });

  // What is held is the same before and after: it is the count of their changes alone that notices.
  it('has none of its holds that became others elsewhere', async () => {
    const { body: hold } = await account.hold(5, 60);
    await account.spend(1);
    await sameElsewhere.release(hold.id);
    const { body: other } = await sameElsewhere.hold(5, 60);
    expect(outcomeOf(await account.capture(hold.id, 5))).toBe('hold-already-released');
    expect(outcomeOf(await account.capture(other.id, 5))).toBe('accepted');
  });

  it('has a hold for as long as it was extended elsewhere', async () => {
    const expiresAt = new Date(here.clock.now().getTime() + 30_000).toISOString();
    await account.grant(50, { expiresAt });
    const { body: hold } = await account.hold(149, 60);
    await sameElsewhere.extend(hold.id, 3_600);
    here.clock.advance(61_000);
    await account.grant(1);
    expect(await account.entries()).toEqual(['grant +100', 'spend -1', 'grant +50', 'grant +1']);
    expect(outcomeOf(await account.capture(hold.id, 149))).toBe('accepted');
    expect(await account.standing()).toEqual({ balance: 1, held: 0, available: 1 });
  });

  it('loses a hold that is over, and what it has kept standing, by memory alone', async () => {
    const expiresAt = new Date(here.clock.now().getTime() + 30_000).toISOString();
    await account.grant(50, { expiresAt });
    await account.hold(149, 60);
    here.clock.advance(61_000);
    expect((await account.spend(1)).body).toMatchObject({ balance: 98, available: 98 });
    expect(await account.entries()).toEqual(['grant +100', 'spend -1', 'grant +50', 'expiry -50', 'spend -1']);
  });

  it('answers a key that was accepted elsewhere as it was answered there', async () => {
    const key = randomUUID();
    const first = await sameElsewhere.spend(5, key);
    await account.spend(1);
    const again = await account.spend(5, key);
    expect(outcomeOf(again)).toBe('replayed');
    expect(again.body).toEqual(first.body);
    expect(outcomeOf(await account.spend(6, key))).toBe('idempotency-key-reused');
    expect(await account.standing()).toMatchObject({ balance: 93 });
  });

  it('answers a key once, though two requests with it are behind each other on their way', async () => {
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const answers = await Promise.all([...keys, ...keys].map((key) => account.spend(1, key)));
    expect(answers.filter((answer) => outcomeOf(answer) === 'accepted')).toHaveLength(40);
    expect(answers.filter((answer) => outcomeOf(answer) === 'replayed')).toHaveLength(40);
    expect(await account.standing()).toMatchObject({ balance: 59 });
  });

  it('does not get the grant to come that was voided elsewhere', async () => {
    const effectiveAt = new Date(here.clock.now().getTime() + 60_000).toISOString();
    const pending = await account.grant(1_000, { effectiveAt });
    await account.spend(1);
    expect((await sameElsewhere.voidGrant(pending.body.id)).status).toBe(200);
    here.clock.advance(61_000);
    expect(outcomeOf(await account.spend(500))).toBe('insufficient-credits');
    expect(await account.standing()).toMatchObject({ balance: 98 });
  });

  it('is not remembered as it was brought up to date for a spend that was refused', async () => {
    const expiresAt = new Date(here.clock.now().getTime() + 60_000).toISOString();
    await account.grant(50, { expiresAt });
    await account.spend(1);
    here.clock.advance(61_000);
    expect(outcomeOf(await account.spend(120))).toBe('insufficient-credits');
    expect(outcomeOf(await account.spend(99))).toBe('accepted');
    expect(await account.entries()).toEqual([
      'grant +100',
      'spend -1',
      'grant +50',
      'spend -1',
      'expiry -49',
      'spend -99',
    ]);
  });

  it('is waited for while somebody else holds it, and each spend is done once', async () => {
    const rival = await startRival(database.url);
    await rival.lock(account.id);
    const spends = Array.from({ length: 90 }, () => account.spend(1));
    await rival.isWaitedFor();
    spends.push(...Array.from({ length: 9 }, () => account.spend(1)));
    await rival.end();
    const answers = await Promise.all(spends);
    expect(new Set(answers.map(({ body }) => body.seq)).size).toBe(99);
    expect(await account.standing()).toMatchObject({ balance: 0 });
  });

  it('has each spend once, though connections are cut while spends are on their way', async () => {
    const other = await openAccount(here);
    await other.grant(1_000);
    const keys = Array.from({ length: 300 }, () => randomUUID());
    const cut = async () => {
      await here.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'scrip' and pid <> pg_backend_pid()`,
      );
    };
    const send = (key: string) => spendOf(here, other.id, 1, key);
    const first = keys.map(send);
    await cut();
    const answers = await Promise.all(first);
    expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
    const again = await Promise.all(keys.map(send));
    expect(again.map(({ status }) => status)).toEqual(keys.map(() => 201));
    for (const [index, { status, body }] of answers.entries())
      if (status === 201) expect(again[index]?.body).toEqual(body);
    expect(await other.standing()).toMatchObject({ balance: 700 });
  });
});
