import { readdirSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { migrate } from '../../src/database/migrate.js';
import { createTestDatabase } from '../support/database/database.js';

describe('migrations', () => {
  it('are all listed, in the order of their timestamps', () => {
    const files = readdirSync('migrations').filter((file) => /^\d+-.*\.ts$/.test(file));
    const timestamps = files.map((file) => file.slice(0, 13)).sort();
    expect(migrations.map((migration) => new migration().name?.slice(-13))).toEqual(timestamps);
  });

  it('run once when two processes start at the same time, and nothing the next time', async () => {
    const database = await createTestDatabase({ migrated: false });
    const [one, other] = await Promise.all([migrate(database.url), migrate(database.url)]);
    expect([...one, ...other].sort()).toEqual(migrations.map((migration) => new migration().name ?? '').sort());
    expect(await migrate(database.url)).toEqual([]);
    await database.drop();
  });

  it('can be undone one by one, and run again', async () => {
    const database = await createTestDatabase({ migrated: false });
    await migrate(database.url);
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.url,
      migrations,
      migrationsTableName: 'migrations',
    });
    await dataSource.initialize();
    for (const _ of migrations) await dataSource.undoLastMigration();
    const left = await dataSource.query("select tablename from pg_tables where schemaname = 'public'");
    expect(left).toEqual([{ tablename: 'migrations' }]);
    expect(await dataSource.runMigrations()).toHaveLength(migrations.length);
    await dataSource.destroy();
    await database.drop();
  });
});
