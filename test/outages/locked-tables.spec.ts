import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { startRival } from '../support/database/rival.js';
import { eventually } from '../support/eventually.js';
import { type HttpAnswer, startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { type StallingProxy, startStallingProxy } from '../support/service/stalling-proxy.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

const MAX_WAIT_MS = 5_000;
const READY_AGAIN_WITHIN_MS = 5_000;
const MAX_WAIT_OF_OTHERS_MS = 1_000;
/** What is tried again then has little time left. */
const LATE_MS = 3_950;
const NEVER_MS = 60_000;
const REFUSALS = ['busy', 'database-unavailable'];

/** Tables that somebody locks as a whole: a migration by hand, a `vacuum full`. All of them in the soak. */
const TABLES = process.env.SCRIP_SOAK
  ? [
      'entry_rows',
      'entries_v1',
      'balances',
      'grants',
      'holds',
      'spends_v1',
      'usage_counters',
      'usage_inclusions',
      'ledger_events',
      'idempotency_keys',
      'accounts',
      'orders',
      'products',
    ]
  : ['entry_rows'];

describe('a database on which requests have to wait', () => {
  let database: TestDatabase;
  let way: StallingProxy;
  let scrip: TestScrip;
  let account: TestAccount;

  beforeAll(async () => {
    database = await createTestDatabase();
    way = await startStallingProxy(database.url);
    scrip = await startTestScrip({ DATABASE_URL: way.url });
    account = await openAccount(scrip);
    await account.grant(10_000);
  });
  afterAll(async () => {
    await scrip.close();
    await way.close();
    await database.drop();
  });
  afterEach(async () => {
    expect(outcomeOf(await account.spend(1))).toBe('accepted');
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  /** One call of each kind, and for each how it ended and whether that took too long. */
  async function callEverything() {
    const path = `/v1/accounts/${account.id}`;
    const write = (to: string, body: unknown) => scrip.call('POST', to, body, { idempotencyKey: randomUUID() });
    const calls: Record<string, () => Promise<HttpAnswer>> = {
      spend: () => account.spend(1),
      'spend from memory': () => account.spend(1),
      hold: () => account.hold(1),
      grant: () => account.grant(1),
      adjustment: () => account.adjust(1),
      account: () => scrip.call('PUT', path, { name: 'Ada' }, { idempotencyKey: randomUUID() }),
      'new account': () => scrip.call('PUT', `/v1/accounts/${randomUUID()}`, {}),
      checkout: () => write('/v1/checkout-sessions', { accountId: account.id, product: 'basic' }),
      product: () => scrip.call('GET', '/v1/products/basic'),
      balance: () => scrip.call('GET', `${path}/balance`),
      'past balance': () => scrip.call('GET', `${path}/balance?at=${scrip.clock.now().toISOString()}`),
      entries: () => scrip.call('GET', `${path}/entries`),
      grants: () => scrip.call('GET', `${path}/grants`),
      statement: () => scrip.call('GET', `${path}/statement`),
      orders: () => scrip.call('GET', `/v1/orders?accountId=${account.id}`),
      'the account': () => scrip.call('GET', path),
    };
    return Promise.all(
      Object.entries(calls).map(async ([call, act]) => {
        const startMs = performance.now();
        const answer = await act();
        const tookMs = performance.now() - startMs;
        return { call, outcome: outcomeOf(answer), tooLateMs: tookMs < MAX_WAIT_MS ? 0 : tookMs };
      }),
    );
  }

  it.each(TABLES)('since the table %s is locked: each call ends within five seconds', async (table) => {
    const rival = await startRival(database.url);
    await rival.lockTables(table);
    const answers = await callEverything();
    await rival.end();
    for (const { call, outcome, tooLateMs } of answers)
      expect({ call, isKnown: ['accepted', ...REFUSALS].includes(outcome), outcome, tooLateMs }).toEqual({
        call,
        isKnown: true,
        outcome,
        tooLateMs: 0,
      });
    expect(answers.some(({ outcome }) => REFUSALS.includes(outcome))).toBe(true);
  });

  it('since every connection of the pool waits for a table: each call ends in time, and spends go on', async () => {
    const rival = await startRival(database.url);
    await rival.lockTables('orders');
    const waiting = Promise.all(
      Array.from({ length: 40 }, async () => {
        const startMs = performance.now();
        const answer = await scrip.call('GET', '/v1/orders');
        return { outcome: outcomeOf(answer), isLate: performance.now() - startMs >= MAX_WAIT_MS };
      }),
    );
    await rival.isWaitedFor();
    for (let spends = 0; spends < 5; spends += 1) {
      const startMs = performance.now();
      expect(outcomeOf(await account.spend(1))).toBe('accepted');
      expect(performance.now() - startMs).toBeLessThan(MAX_WAIT_OF_OTHERS_MS);
    }
    const seen = await waiting;
    await rival.end();
    expect(seen.filter(({ outcome, isLate }) => isLate || !REFUSALS.includes(outcome))).toEqual([]);
  });

  it.each([
    ['which never answers', NEVER_MS],
    ['which never answers, and breaks off late', LATE_MS],
  ])('%s: each call is 503 within five seconds, and it is ready when that is over', async (_how, cutAfterMs) => {
    const ready = async () => (await scrip.call('GET', '/health/ready')).status;
    way.stall();
    const cutting = setTimeout(() => way.cut(), cutAfterMs);
    const answers = await callEverything();
    const isReady = await ready();
    clearTimeout(cutting);
    way.resume();
    for (const { call, outcome, tooLateMs } of answers)
      expect({ call, isRefused: REFUSALS.includes(outcome), tooLateMs }).toEqual({
        call,
        isRefused: true,
        tooLateMs: 0,
      });
    expect(isReady).toBe(503);
    await eventually(ready, (status) => status === 200, READY_AGAIN_WITHIN_MS);
    await eventually(
      () => account.spend(1),
      (answer) => answer.status === 201,
      READY_AGAIN_WITHIN_MS,
    );
  });
});
