import { createTestDatabase } from '../support/database/database.js';
import { runCommand } from '../support/service/command.js';

describe('npm run scrip -- distribute', () => {
  it('says what a database needs that has no Citus, and changes nothing', async () => {
    const database = await createTestDatabase();
    const { exitCode, stdout, stderr } = await runCommand(['distribute'], { DATABASE_URL: database.url });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/could not finish\. This database has no Citus: run `create extension citus`/);
    await database.drop();
  });

  it('says that the embedded Postgres has none', async () => {
    const { exitCode, stderr } = await runCommand(['distribute'], { DATABASE_URL: '' });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Set DATABASE_URL to the coordinator')]);
  });

  it.each(['0', '513', '1.5', 'many'])('refuses %s shards', async (shards) => {
    const { exitCode, stderr } = await runCommand(['distribute', '--shards', shards], { DATABASE_URL: '' });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('whole number from 1 to 512')]);
  });
});
