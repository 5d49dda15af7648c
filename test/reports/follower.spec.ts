import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { RecurringWork } from '../../src/jobs/recurring-work.js';
import { ENTRIES_PER_STEP, FollowAccounts } from '../../src/reports/following/follow-accounts.js';
import { Follower } from '../../src/reports/following/follower.js';
import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';
import { haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';

const scrip = useScrip({ ROLE: 'api' });
let follower: Follower;
let account: TestAccount;

beforeAll(async () => {
  await haveMeters(scrip, { minutes: MONTHLY });
  follower = scrip.running.app.get(Follower);
});
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(1_000);
});
afterEach(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

const SPENDS_PER_BATCH = 1_000;
const soon = { withinMs: 60_000 };
const minutes = (quantity: number) => ({ meter: 'minutes', quantity });

/** What is kept of an account: `meter: quantity, credits`. */
async function kept(accountId: string): Promise<string[]> {
  const rows = await scrip.sql(
    `select meter_key, trim_scale(sum(quantity))::text as quantity, sum(credits)::text as credits from usage_quarters
     where account_id = $1 group by meter_key order by meter_key`,
    [accountId],
  );
  return rows.map(({ meter_key, quantity, credits }) => `${meter_key}: ${quantity}, ${credits}`);
}

async function followedUpTo(accountId: string): Promise<string | undefined> {
  const [row] = await scrip.sql('select seq from followed_accounts where account_id = $1', [accountId]);
  return row?.seq;
}

describe('the follower of entries', () => {
  it('counts spends and what is given back of them once, however often it is asked', async () => {
    const usage = usageOf(scrip, account.id);
    const { body: first } = await usage.use([minutes(6), minutes(2)]);
    await account.spend(5);
    await follower.followAll(soon);
    await usage.undo(first.id, { amount: 3 });
    await usage.undo(first.id, { lines: [1] });
    await follower.followAll(soon);
    await follower.followAll(soon);
    expect(await kept(account.id)).toEqual([': 0, 5', 'minutes: 6, 18']);
    expect(await followedUpTo(account.id)).toBe('5');
  });

  it('finds what is new by its time, and by a walk what was there before', async () => {
    await account.spend(7);
    await scrip.sql('update following set followed_through = null, walk_began_at = null, walked_through = null');
    expect(await follower.followAll(soon)).toBe(true);
    const [before] = await scrip.sql('select walked_at, followed_through from following');
    expect(before).toMatchObject({ walked_at: expect.anything(), followed_through: expect.anything() });
    await account.spend(1);
    expect(await follower.followAll(soon)).toBe(true);
    expect(await kept(account.id)).toEqual([': 0, 8']);
    expect((await scrip.sql('select walked_at from following'))[0]).toEqual({ walked_at: before?.walked_at });
  });

  it('counts spends that it follows together each in its quarter of an hour', async () => {
    await account.spend(1);
    scrip.clock.advance(15 * 60_000);
    await account.spend(2);
    await account.spend(3);
    await follower.followOne(account.id, soon);
    const quarters = await scrip.sql('select credits from usage_quarters where account_id = $1 order by quarter', [
      account.id,
    ]);
    expect(quarters.map(({ credits }) => credits)).toEqual(['1', '5']);
  });

  it('counts usage apart whose dimensions are longer than an index can hold', async () => {
    // At random, since what repeats itself is made shorter.
    const long = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`d${n}`, randomBytes(100).toString('hex')]));
    const usage = usageOf(scrip, account.id);
    const use = (last: string) => usage.use({ ...minutes(1), dimensions: { ...long, d19: last } });
    for (const last of ['a', 'b', 'a']) expect((await use(last)).status).toBe(201);
    const path = `/v1/accounts/${account.id}/usage?by=d19`;
    const { body } = await scrip.call('GET', path);
    expect(body.data).toMatchObject([
      { dimensions: { d19: 'a' }, quantity: '2' },
      { dimensions: { d19: 'b' }, quantity: '1' },
    ]);
    expect(await follower.followAll(soon)).toBe(true);
  });

  it('rests in the background for a while once all is followed', async () => {
    const work = scrip.running.app.get(RecurringWork);
    await account.spend(7);
    await work.runAll();
    expect(await kept(account.id)).toEqual([': 0, 7']);
    await account.spend(1);
    await work.runAll();
    expect(await kept(account.id)).toEqual([': 0, 7']);
    scrip.clock.advance(30_000);
    await work.runAll();
    expect(await kept(account.id)).toEqual([': 0, 8']);
  });

  it('finds by a walk what became visible too late to be found by its time', async () => {
    await account.spend(7);
    await follower.followAll(soon);
    await account.spend(2);
    scrip.clock.advance(120_000);
    await scrip.sql('update following set followed_through = $1', [scrip.clock.now()]);
    await follower.followAll(soon);
    expect(await kept(account.id)).toEqual([': 0, 7']);
    // Within an hour, though it is never so far behind that it has to.
    for (let minutes = 0; minutes < 64; minutes += 8) {
      scrip.clock.advance(8 * 60_000);
      await follower.followAll(soon);
    }
    expect(await kept(account.id)).toEqual([': 0, 9']);
  });

  it('looks once more at the last seconds, of which something may have become visible late', async () => {
    await account.spend(7);
    await follower.followAll(soon);
    await account.spend(2);
    scrip.clock.advance(10_000);
    await scrip.sql('update following set followed_through = $1', [scrip.clock.now()]);
    await follower.followAll(soon);
    expect(await kept(account.id)).toEqual([': 0, 9']);
  });

  it('says how far it has come where there is no time for all', async () => {
    await account.spend(7);
    await follower.followAll(soon);
    await account.spend(2);
    expect(await follower.followAll({ withinMs: 0 })).toBe(false);
    expect(await follower.followOne(account.id, { withinMs: 0 })).toEqual({ seq: 2n, isComplete: false });
    expect(await follower.followOne(account.id, soon)).toEqual({ seq: 3n, isComplete: true });
    expect(await follower.followOne('nobody', soon)).toBeUndefined();
  });

  it('keeps no account waiting for one whose books are damaged', async () => {
    const damaged = await openAccount(scrip);
    await damaged.grant(10);
    await damaged.spend(1);
    await account.spend(3);
    await scrip.sql('update balances set seq = seq + 1 where account_id = $1', [damaged.id]);
    const steps = scrip.running.app.get(FollowAccounts);
    expect(await steps.step([damaged.id, account.id])).toMatchObject({ entries: 2, failed: [damaged.id] });
    expect(await kept(account.id)).toEqual([': 0, 3']);
    await scrip.sql('update balances set seq = seq - 1 where account_id = $1', [damaged.id]);
    expect(await steps.step([damaged.id])).toMatchObject({ entries: 2, failed: [] });
  });

  it('goes on in steps where an account has more entries than one takes', async () => {
    await account.grant(ENTRIES_PER_STEP);
    for (let left = ENTRIES_PER_STEP; left > 0; left -= SPENDS_PER_BATCH) {
      const items = Array.from({ length: SPENDS_PER_BATCH }, () => ({
        ...{ idempotencyKey: randomUUID(), accountId: account.id, amount: 1 },
      }));
      expect((await scrip.call('POST', '/v1/spends/batch', { items })).status).toBe(200);
    }
    const steps = scrip.running.app.get(FollowAccounts);
    expect(await steps.step([account.id])).toMatchObject({ entries: ENTRIES_PER_STEP, behind: [account.id] });
    expect(await steps.step([account.id])).toMatchObject({ entries: 2, behind: [] });
    expect(await steps.step([account.id])).toMatchObject({ entries: 0, behind: [] });
    expect(await kept(account.id)).toEqual([`: 0, ${ENTRIES_PER_STEP}`]);
  });

  describe('with another process', () => {
    let other: TestScrip;
    beforeAll(async () => {
      other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
    });
    afterAll(() => other.close());

    it('counts each entry once when both follow at once, while spends go on', async () => {
      const others = await Promise.all(Array.from({ length: 8 }, () => openAccount(scrip)));
      await Promise.all(others.map((one) => one.grant(100)));
      const both = [follower, other.running.app.get(Follower)];
      for (let round = 0; round < 5; round += 1) {
        const spends = others.flatMap((one) => [one.spend(1), one.spend(2)]);
        await Promise.all([...both.map((one) => one.followAll(soon)), ...spends]);
      }
      expect(await Promise.all(both.map((one) => one.followAll(soon)))).toEqual([true, true]);
      for (const { id } of others) expect(await kept(id)).toEqual([': 0, 15']);
    });

    it('leaves an account to whoever follows it, and the others do not wait', async () => {
      const second = await openAccount(scrip);
      await Promise.all([account.spend(1), second.grant(5)]);
      await second.spend(2);
      await follower.followAll(soon);
      await Promise.all([account.spend(1), second.spend(1)]);
      const rival = new pg.Client({ connectionString: scrip.running.runtime.databaseUrl });
      // A test that fails leaves it to be cut when the database is dropped.
      rival.on('error', () => undefined);
      await rival.connect();
      await rival.query('begin');
      await rival.query('select from followed_accounts where account_id = $1 for update', [account.id]);
      const steps = scrip.running.app.get(FollowAccounts);
      const step = await steps.step([account.id, second.id], { skipLocked: true });
      expect(step).toMatchObject({ entries: 1, skipped: [account.id] });
      await rival.end();
      await follower.followAll(soon);
      expect(await kept(account.id)).toEqual([': 0, 2']);
    });
  });
});
