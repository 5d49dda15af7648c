import { DataSource } from 'typeorm';
import { PriceUsage1795219201040 } from '../../migrations/1795219201040-price-usage.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase } from '../support/database/database.js';

it('gives the default meters to a fresh database, and none to one that has an owner', async () => {
  const database = await createTestDatabase({ migrated: false });
  const earlier = migrations.slice(0, migrations.indexOf(PriceUsage1795219201040));
  const dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [...earlier, PriceUsage1795219201040],
  }).initialize();
  const seeded = () => dataSource.query('select meter_key, version, price_count from rate_versions order by meter_key');

  await dataSource.runMigrations();
  expect(await seeded()).toEqual([
    { meter_key: 'pages', version: 1, price_count: 1 },
    { meter_key: 'tokens', version: 1, price_count: 8 },
  ]);

  await dataSource.undoLastMigration();
  await dataSource.query(`insert into accounts (id, created_at, updated_at) values ('ada', now(), now())`);
  await dataSource.runMigrations();
  expect(await seeded()).toEqual([]);
  expect(await dataSource.query('select from meters')).toEqual([]);

  await dataSource.destroy();
  await database.drop();
});
