import { DataSource } from 'typeorm';
import { CreateAccounts1795219200100 } from '../../migrations/1795219200100-create-accounts.js';
import { CreateCatalog1795219200200 } from '../../migrations/1795219200200-create-catalog.js';
import { createTestDatabase } from '../support/database/database.js';

it('makes the tables and the default catalogue, and undoes itself', async () => {
  const database = await createTestDatabase({ migrated: false });
  const dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [CreateAccounts1795219200100, CreateCatalog1795219200200],
  }).initialize();
  const tables = () =>
    dataSource.query(`select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations'`);

  await dataSource.runMigrations();
  expect(await dataSource.query('select from products')).toHaveLength(7);
  expect(await dataSource.query('select from product_prices')).toHaveLength(7);
  expect(await dataSource.query('select from product_revisions where revision = 1')).toHaveLength(7);

  await dataSource.undoLastMigration();
  await dataSource.undoLastMigration();
  expect(await tables()).toEqual([]);
  await dataSource.runMigrations();
  expect(await tables()).toHaveLength(6);

  await dataSource.destroy();
  await database.drop();
});
