import { In, IsNull } from 'typeorm';
import { Account } from '../../src/accounts/account.entity.js';
import { insertAccount } from '../../src/accounts/accounts.store.js';
import { entities } from '../../src/app/entities.js';
import { Database } from '../../src/database/database.js';
import { OffSessionClearance } from '../../src/disputes/off-session/off-session-clearance.entity.js';
import { OffSessionClearancesQueries } from '../../src/disputes/off-session/off-session-clearances.queries.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

const NOW = new Date('2026-11-21T09:30:00.000Z');
/** Both are ruled out by the types, which nobody checks while the service runs. */
const NOTHING = undefined as unknown as string;
const NULL = null as unknown as string;

/** If a condition were left out because its value is missing, the statement would be about every row of the table. */
describe('a condition without a value', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await Database.connect({ url: testDatabase.url, poolSize: 4, entities });
    await database.transaction(async (tx) => {
      for (const accountId of ['ada', 'ben']) await insertAccount(tx, { accountId, name: accountId }, NOW);
      for (const accountId of ['ada', 'ben'])
        await tx.insert(OffSessionClearance, {
          accountId,
          stop: 'dispute',
          reason: 'won',
          actor: 'key',
          clearedAt: NOW,
        });
    });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await testDatabase.drop();
  });

  it.each([NOTHING, NULL])('changes nothing and finds nothing: %s', async (value) => {
    const changed = { name: 'changed' };
    await expect(database.transaction((tx) => tx.update(Account, { id: value }, changed))).rejects.toThrow('where');
    await expect(
      database.transaction((tx) => tx.update(Account, { id: In(['ada', 'ben']), email: value }, changed)),
    ).rejects.toThrow('where');
    await expect(database.transaction((tx) => tx.delete(OffSessionClearance, { accountId: value }))).rejects.toThrow(
      'where',
    );
    const { manager } = database.dataSource;
    await expect(manager.findOneBy(Account, { id: value })).rejects.toThrow('where');
    await expect(manager.findBy(Account, [{ id: 'ada' }, { id: value }])).rejects.toThrow('where');

    const built = manager.createQueryBuilder().update(Account).set(changed).where({ id: value });
    expect((await built.execute()).affected).toBe(0);
    expect(await manager.countBy(Account, { name: In(['ada', 'ben']), email: IsNull() })).toBe(2);
    expect(await manager.count(OffSessionClearance)).toBe(2);
  });

  it('does not list what is of other accounts', async () => {
    const clearances = new OffSessionClearancesQueries(database);
    const ofAda = await clearances.list('ada', { limit: 10 }, ({ accountId }) => accountId);
    expect(ofAda.data).toEqual(['ada']);
    await expect(clearances.list(NOTHING, { limit: 10 }, ({ accountId }) => accountId)).rejects.toThrow('where');
  });
});
