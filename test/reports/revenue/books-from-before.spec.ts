import { DataSource } from 'typeorm';
import { FollowEntries1795219201110 } from '../../../migrations/1795219201110-follow-entries.js';
import { FollowMoney1795219201120 } from '../../../migrations/1795219201120-follow-money.js';
import { KeyUsageByDigest1795219201200 } from '../../../migrations/1795219201200-key-usage-by-digest.js';
import { SumUpDays1795219201205 } from '../../../migrations/1795219201205-sum-up-days.js';
import { DeriveAnew } from '../../../src/reports/following/derive-anew.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';
import { closeDispute, disputePayment, everythingIsHeard } from '../../support/shop/bank.js';
import { boughtPack, orderReaches, refundOf } from '../../support/shop/shop.js';
import { moneyOf } from './money-followed.js';

const EXPECTED = [
  'eur: 300 = 100 + 200 + 0 + 0',
  // The first is refunded in half, the second disputed, the dispute won; 6 credits of it are left.
  'usd: 2000 = 1000 + 0 + 500 + 500',
];

describe('books from before money was followed', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let ada: TestAccount;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
    ada = await openAccount(scrip);
    const first = await boughtPack(scrip, ada.id);
    await ada.spend(12);
    await refundOf(scrip, { orderId: first.id, amountMinor: 500 });
    const second = await boughtPack(scrip, ada.id);
    const { id } = await disputePayment(scrip, second.paymentIntentId);
    await orderReaches(scrip, second.id, 'disputed');
    await closeDispute(scrip, id, 'won');
    await everythingIsHeard(scrip);
    const given = await ada.grant(3, { priority: 1, costBasis: { amountMinor: 300, currency: 'eur' } });
    await ada.spend(1);
    await ada.voidGrant(given.body.id);
  });
  afterAll(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await scrip.close();
    await database.drop();
  });

  it('are followed from their beginning, as if they had been all along', async () => {
    expect(await moneyOf(scrip, ada.id)).toEqual(EXPECTED);
    await scrip.close();
    const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    const runner = dataSource.createQueryRunner();
    const migrations = [
      ...[new FollowEntries1795219201110(), new FollowMoney1795219201120()],
      ...[new KeyUsageByDigest1795219201200(), new SumUpDays1795219201205()],
    ];
    for (const migration of migrations.toReversed()) await migration.down(runner);
    for (const migration of migrations) await migration.up(runner);
    await runner.release();
    await dataSource.destroy();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
    expect(await moneyOf(scrip, ada.id)).toEqual(EXPECTED);
  });

  it('are derived anew by command, with whatever was wrong', async () => {
    await scrip.sql('update revenue_totals set sold_minor = sold_minor + 7');
    await scrip.sql('update grant_lots set spent = 0');
    await scrip.running.app.get(DeriveAnew).run();
    expect(await moneyOf(scrip, ada.id)).toEqual(EXPECTED);
  });
});
