import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { startRival } from '../../support/database/rival.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import { aCheckout, boughtPack, orderReaches, payAt } from '../../support/shop/shop.js';
import { moneyOf } from './money-followed.js';

const REPORT = '/v1/reports/revenue';

describe('money that has moved and cannot be counted', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await scrip.close();
    await database.drop();
  });

  it('since a table is locked is not left out of a report that says nothing of it', async () => {
    const account = await openAccount(scrip);
    const rival = await startRival(database.url);
    await rival.lockTables('purchase_standings');
    // It gives no credits, so that no entry is followed that would wait for the table as well.
    const feature = { kind: 'feature', name: 'No watermark', features: ['no-watermark'] };
    const prices = [{ amountMinor: 700, currency: 'usd' }];
    await scrip.call('PUT', '/v1/products/no-watermark', { ...feature, prices });
    const { orderId, url } = await aCheckout(scrip, account.id, 'no-watermark');
    await payAt(url);
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(outcomeOf(await scrip.call('GET', REPORT))).toBe('busy');
    await rival.end();
    const { body } = await scrip.call('GET', REPORT);
    expect(body.data).toMatchObject([{ currency: 'usd', soldMinor: 700, recognisedMinor: 700 }]);
  });

  it('since what was counted of an account is damaged keeps no other account waiting', async () => {
    const [damaged, sound] = [await openAccount(scrip), await openAccount(scrip)];
    for (const { id } of [damaged, sound]) {
      await boughtPack(scrip, id, 'basic');
      expect(await moneyOf(scrip, id)).toEqual(['usd: 1000 = 0 + 0 + 0 + 1000']);
    }
    const isOpen = 'is_followed = false';
    const change = (account: TestAccount, to: string) =>
      scrip.sql(`update money_changes set ${to} where account_id = $1`, [account.id]);
    const notCounted = async () =>
      (await scrip.sql('select distinct account_id from money_changes where not is_followed')).map(
        ({ account_id }) => account_id,
      );
    // What was charged without its tax is then more than a number of the table can be.
    await change(damaged, `${isOpen}, tax_minor = -9223372036854775807`);
    await change(sound, isOpen);
    expect(await moneyOf(scrip, sound.id)).toEqual(['usd: 1000 = 0 + 0 + 0 + 1000']);
    expect(await notCounted()).toEqual([damaged.id]);
    await change(damaged, 'tax_minor = 0');
    expect(await moneyOf(scrip, damaged.id)).toEqual(['usd: 1000 = 0 + 0 + 0 + 1000']);
    expect(await notCounted()).toEqual([]);
  });
});
