import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { type ScripProcess, startProcess } from '../support/service/process.js';
import { Shoppers } from '../support/shop/shoppers.js';

const ROUNDS = process.env.SCRIP_SOAK === '1' ? 50 : 2;
const BUYERS = ['ada', 'bob', 'cleo', 'dora'];
const CREDITS_OF_BASIC = 12;
const CREDITS_OF_HALF = 6;
/** A round ends at a random moment of somebody's purchase. */
const LEAST_MS = 300;
const SPREAD_MS = 1_500;

/**
 * The service and Stripe's side of it are killed together, with checkouts, payments, webhooks and refunds on their way.
 */
describe('a service that sells, killed with -9', () => {
  let database: TestDatabase;
  let scrip: ScripProcess;
  let shoppers: Shoppers;

  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startProcess(database.url);
    shoppers = new Shoppers(scrip.url, BUYERS);
    for (const id of BUYERS) await scrip.api('PUT', `/v1/accounts/${id}`, { body: {} });
  });
  afterAll(async () => {
    await scrip.end('SIGTERM');
    await database.drop();
    const returned = shoppers.purchases.filter(({ isReturned }) => isReturned).length;
    process.stdout.write(
      `crashes of sales: ${ROUNDS} kills, ${shoppers.purchases.length} purchases, ${returned} half returned\n`,
    );
  });

  async function entriesOf(accountId: string): Promise<{ kind: string; amount: number }[]> {
    const entries = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { data: { kind: string; amount: number }[]; nextCursor: string | null } = await shoppers.get(
        `/v1/accounts/${accountId}/entries?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      entries.push(...page.data);
      cursor = page.nextCursor;
    }
    return entries;
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'round %i: every paid order is credited exactly once, every refund reversed exactly once',
    async () => {
      shoppers.start();
      await pause(LEAST_MS + Math.random() * SPREAD_MS);
      await scrip.end('SIGKILL');
      await shoppers.untilCutOff();
      scrip = await startProcess(database.url);
      await shoppers.finish();

      for (const accountId of BUYERS) {
        const own = shoppers.purchases.filter((purchase) => purchase.accountId === accountId);
        const entries = await entriesOf(accountId);
        const amountsOf = (kind: string) => entries.filter((entry) => entry.kind === kind).map(({ amount }) => amount);
        expect(amountsOf('grant')).toEqual(own.map(() => CREDITS_OF_BASIC));
        expect(amountsOf('refund_reversal')).toEqual(
          own.filter(({ isReturned }) => isReturned).map(() => -CREDITS_OF_HALF),
        );
      }
      expect((await checkBooksAt(database.url)).findings).toEqual([]);
    },
    60_000,
  );
});
