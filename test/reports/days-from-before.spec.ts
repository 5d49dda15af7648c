import { DataSource, type QueryRunner } from 'typeorm';
import { SumUpDays1795219201205 } from '../../migrations/1795219201205-sum-up-days.js';
import { Follower } from '../../src/reports/following/follower.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';

describe('days with dimensions, which sums from before do not have', () => {
  const scrip = useScrip({ ROLE: 'api' });
  const migration = new SumUpDays1795219201205();
  let dataSource: DataSource;
  let runner: QueryRunner;
  beforeAll(async () => {
    await haveMeters(scrip, { minutes: MONTHLY });
    dataSource = await new DataSource({ type: 'postgres', url: scrip.running.runtime.databaseUrl }).initialize();
    runner = dataSource.createQueryRunner();
  });
  afterAll(() => dataSource.destroy());

  it('are added up from the quarters of an hour that are there, and by what comes after', async () => {
    await migration.down(runner);
    const account = await openAccount(scrip);
    await account.grant(1_000);
    const usage = usageOf(scrip, account.id);
    const use = (quantity: number, model: string) =>
      usage.use({ meter: 'minutes', quantity, dimensions: { model } }).then(({ body }) => body as { id: string });
    await use(2, 'large');
    const first = await use(3, 'small');
    await scrip.running.app.get(Follower).followAll({ withinMs: 60_000 });
    await migration.up(runner);
    await use(4, 'large');
    await usage.undo(first.id);

    const { body } = await scrip.call('GET', `/v1/accounts/${account.id}/usage?by=model&from=2026-01-01T00:00:00Z`);
    expect(body.data.map(({ dimensions, quantity }: Record<string, unknown>) => [dimensions, quantity])).toEqual([
      [{ model: 'large' }, '6'],
    ]);
    expect(
      await scrip.sql('select dimensions, trim_scale(quantity)::text as quantity from usage_dimension_days'),
    ).toEqual(
      expect.arrayContaining([
        { dimensions: '{"model":"large"}', quantity: '6' },
        { dimensions: '{"model":"small"}', quantity: '0' },
      ]),
    );
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });
});
