import { randomUUID } from 'node:crypto';
import { spendCommand } from '../../../src/ledger/commands/spends.js';
import { Lanes } from '../../../src/ledger/posting/lanes.js';
import { PostingQueues } from '../../../src/ledger/posting/posting-queues.js';
import { LedgerSweep } from '../../../src/ledger/sweep.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { splitShards, whatShardsSaw } from '../../support/database/shards.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';

const ACCOUNTS = 40;
const CREDITS = 1_000;

/** A service whose accounts are on seven shards, with no more than four connections: two of them for batches. */
describe('seven lanes on four connections', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let accounts: TestAccount[];
  beforeAll(async () => {
    database = await createTestDatabase({ books: 'shards' });
    scrip = await startTestScrip({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: '4' });
    accounts = await Promise.all(Array.from({ length: ACCOUNTS }, () => openAccount(scrip)));
    for (const account of accounts) await account.grant(CREDITS);
  });
  afterAll(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await scrip.close();
    await database.drop();
  });

  /** Spends on every account at once, in waves that follow each other without a pause. Returns what went wrong. */
  async function spendEverywhere(waves: number, amount = 1): Promise<string[]> {
    const queues = scrip.running.app.get(PostingQueues);
    const wrong: string[] = [];
    const client = async (accountId: string) => {
      for (let wave = 0; wave < waves; wave += 1)
        await queues
          .post(spendCommand(randomUUID(), { accountId, amount }))
          .catch((error: Error) => wrong.push(error.constructor.name));
    };
    await Promise.all(accounts.flatMap(({ id }) => [client(id), client(id)]));
    return wrong;
  }

  async function balances(): Promise<number[]> {
    const standings = await Promise.all(accounts.map((account) => account.standing()));
    return [...new Set(standings.map(({ balance }) => balance))];
  }

  it('ask for the shards of all that arrive at once in one query, and no more', async () => {
    const lanes = scrip.running.app.get(Lanes);
    const before = await whatShardsSaw(database.url);
    const strangers = Array.from({ length: 100 }, () => randomUUID());
    const first = await Promise.all([...strangers, ...strangers].map((id) => lanes.of(id)));
    expect(strangers.map((id) => lanes.of(id))).toEqual(first.slice(0, 100));
    const after = await whatShardsSaw(database.url);
    expect([after.queries - before.queries, after.accounts - before.accounts]).toEqual([1, 100]);
    expect(new Set(first).size).toBe(7);
  });

  it('never write accounts of two shards by one statement, and never wait for each other', async () => {
    expect(await spendEverywhere(10)).toEqual([]);
    expect(await balances()).toEqual([CREDITS - 20]);
    expect((await whatShardsSaw(database.url)).refused).toBe(0);
  });

  it('go on where what was decided from memory has to be read: what an account does not have is refused', async () => {
    const wrong = await spendEverywhere(3, CREDITS);
    expect([wrong.length, new Set(wrong)]).toEqual([ACCOUNTS * 6, new Set(['InsufficientCredits'])]);
    expect(await balances()).toEqual([CREDITS - 20]);
  });

  it('are swept one by one', async () => {
    const expiresAt = new Date(scrip.clock.now().getTime() + 3_600_000).toISOString();
    for (const account of accounts) await account.grant(5, { expiresAt });
    scrip.clock.advance(7_200_000);
    await scrip.running.app.get(LedgerSweep).run();
    const lapsed = await scrip.sql(`select from grants where status = 'expired'`);
    expect([lapsed.length, (await whatShardsSaw(database.url)).refused]).toEqual([ACCOUNTS, 0]);
  });

  it('are found anew after every shard was split: nothing is lost, and in the end nothing refused', async () => {
    const before = await balances();
    await splitShards(database.url);
    expect(await spendEverywhere(5)).toEqual([]);
    const afterSplit = await whatShardsSaw(database.url);
    expect(afterSplit.refused).toBeGreaterThan(0);
    expect(await spendEverywhere(5)).toEqual([]);
    expect((await whatShardsSaw(database.url)).refused).toBe(afterSplit.refused);
    expect(await balances()).toEqual(before.map((balance) => balance - 20));
  });
});
