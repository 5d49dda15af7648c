import { distribute } from '../../src/database/distribute.js';
import { migrate } from '../../src/database/migrate.js';
import { migrateJobs } from '../../src/jobs/migrate-jobs.js';
import { ask, type CitusDatabase, createCitusDatabase } from '../support/database/citus.js';
import { runCommand } from '../support/service/command.js';
import { startTestScrip } from '../support/service/scrip.js';
import { accountOf, openAccount } from '../support/shop/account.js';
import { boughtPack } from '../support/shop/shop.js';

describe('distributing books that are there already', () => {
  let database: CitusDatabase;
  beforeAll(async () => {
    database = await createCitusDatabase();
  }, 60_000);
  afterAll(() => database?.drop());

  const start = () => startTestScrip({ DATABASE_URL: database.url });
  const command = (...args: string[]) => runCommand(['distribute', ...args], { DATABASE_URL: database.url });
  const distributed = async () =>
    (await ask(database.url, 'select logicalrelid::text as name from pg_dist_partition order by 1')).map(
      ({ name }) => name,
    );

  it('is refused before the service has made them, and without --with-data once something is in them', async () => {
    expect((await command()).stderr).toContain('There are no books of this version yet');
    await migrate(database.url);
    await migrateJobs(database.url);
    const scrip = await start();
    const account = await openAccount(scrip, 'ada');
    await account.grant(100);
    await account.spend(10, 'a-key');
    await account.hold(20);
    await boughtPack(scrip, account.id);
    await scrip.close();
    const { exitCode, stderr } = await command();
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--with-data')]);
    expect(await distributed()).toEqual([]);
  });

  it('moves all of them with it, and loses nothing', async () => {
    const { exitCode, stdout } = await command('--with-data', '--shards', '6');
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { isNew: true, shards: 6 }]);
    expect(await distributed()).toEqual([
      ...[
        'balances',
        'crossed_marks',
        'entries_v1',
        'entry_rows',
        'grants',
        'holds',
        'idempotency_keys',
        'ledger_events',
      ],
      ...['spends_v1', 'usage_counters', 'usage_inclusions', 'usage_remainders'],
    ]);
    const scrip = await start();
    const ada = accountOf(scrip, 'ada');
    expect(await ada.standing()).toEqual({ balance: 102, held: 20, available: 82 });
    expect((await ada.spend(10, 'a-key')).headers.get('idempotency-replayed')).toBe('true');
    expect((await ada.spend(2)).status).toBe(201);
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await scrip.close();
  });

  it('can be said again, and does nothing but make the functions anew', async () => {
    const { exitCode, stdout } = await command();
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { isNew: false, shards: 6 }]);
    await expect(distribute(database.url, { shards: 3, withData: true })).resolves.toEqual({ isNew: false, shards: 6 });
  });

  it('leaves entries append-only, on every shard', async () => {
    for (const change of ['update entry_rows set amount = 1', 'delete from entry_rows'])
      await expect(ask(database.url, change)).rejects.toThrow(/append-only/);
  });

  it('lets later migrations change the books, and make their functions for shards', async () => {
    await ask(database.url, `delete from migrations where name = 'MakeBookFunctionsAnew1795219201010'`);
    expect(await migrate(database.url)).toEqual(['MakeBookFunctionsAnew1795219201010']);
    const scrip = await start();
    expect((await accountOf(scrip, 'ada').spend(1)).status).toBe(201);
    await scrip.close();
  });
});
