import { createTestDatabase } from '../../support/database/database.js';
import { whatShardsSaw } from '../../support/database/shards.js';

/**
 * Tests of the ledger once more, on the functions that are made for shards, in seven lanes on four connections. All
 * others can be run so as well: TEST_BOOKS=shards npm run jest -- test/ledger.
 */
const AGAIN = [
  'examples',
  'traps-overspend',
  'give-back',
  'forms/two-forms',
  'forms/replayed-holds',
  '../races/spends',
  '../races/usage',
  '../metering/reversals',
];

beforeAll(() => {
  process.env.TEST_BOOKS = 'shards';
});
afterAll(() => {
  delete process.env.TEST_BOOKS;
});

it('has books that seem to be on shards', async () => {
  const database = await createTestDatabase();
  expect(await whatShardsSaw(database.url)).toMatchObject({ refused: 0 });
  await database.drop();
});

// This process may have run them before: by another address they are told anew.
for (const path of AGAIN) await import(`../${path}.spec.js?on-shards`);
