import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { hasPgBouncer, startPgBouncer } from '../support/database/pgbouncer.js';
import { eventually } from '../support/eventually.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { administer, CUT_CONNECTIONS, nameOf, setting } from '../support/shop/administer.js';
import { anAccount, balanceOf, boughtPack, givenCredits, refundOf, spendOf } from '../support/shop/shop.js';

/** What a role or a database may be set to by somebody who did not think of us. */
const HOSTILE = {
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  client_encoding: 'LATIN1',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  statement_timeout: '1ms',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  transaction_timeout: '1s',
  idle_session_timeout: '1s',
  synchronous_commit: 'off',
  session_replication_role: 'replica',
};

describe('a database whose defaults are not those that the service relies on', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('sells, spends and refunds as any other, in jobs and in the sandbox, too', async () => {
    await administer(database, ...setting(database, HOSTILE));
    const scrip = await startTestScrip({ DATABASE_URL: database.url });
    try {
      const account = await anAccount(scrip);
      await givenCredits(scrip, account, 20);
      expect((await spendOf(scrip, account, 5)).status).toBe(201);
      const order = await boughtPack(scrip, account);
      expect(await balanceOf(scrip, account)).toBe(27);
      expect((await refundOf(scrip, { orderId: order.id })).status).toBe(201);
      await eventually(
        () => balanceOf(scrip, account),
        (credits) => credits === 15,
      );
      const { body } = await scrip.call('GET', `/v1/accounts/${account}/entries`);
      for (const { recordedAt } of body.data)
        expect(Math.abs(Date.now() - Date.parse(recordedAt))).toBeLessThan(600_000);
      expect((await scrip.checkBooks()).findings).toEqual([]);
    } finally {
      await scrip.close();
    }
  });

  it('is refused behind a pooler, with the statements that set it right', async () => {
    if (!hasPgBouncer()) return;
    await administer(database, ...setting(database, { datestyle: 'German', bytea_output: 'escape' }));
    const startBehind = ({ url }: { url: string }) =>
      startTestScrip({ DATABASE_URL: url, DATABASE_OWNER_URL: database.url, ROLE: 'api' });

    const bouncer = await startPgBouncer(database.url);
    const refused: Error = await startBehind(bouncer).then(
      () => new Error('it started'),
      (error) => error,
    );
    await bouncer.stop();
    expect(refused.message).toMatch(/DateStyle is German.*bytea_output is escape/);

    await administer(database, refused.message.slice(refused.message.indexOf('alter role')));
    const another = await startPgBouncer(database.url);
    const scrip = await startBehind(another);
    expect((await scrip.call('PUT', '/v1/accounts/ada', {})).status).toBe(201);
    await scrip.close();
    await another.stop();
  });
});

describe('a database that takes no writes', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await scrip.close();
    await database.drop();
  });

  /** As an administrator does it: for new sessions, and the old ones are cut. */
  const takesWrites = (takes: boolean) =>
    administer(
      database,
      `alter database ${nameOf(database)} set default_transaction_read_only = ${takes ? 'off' : 'on'}`,
      CUT_CONNECTIONS,
    );
  const customerAtSandbox = async () => {
    const headers = { authorization: 'Bearer sk_test_1' };
    return (await fetch(`${scrip.sandboxUrl}/v1/customers`, { method: 'POST', headers })).status;
  };
  const ready = async () => (await scrip.call('GET', '/health/ready')).status;

  it('is 503 and not ready; what reads goes on, and it is ready by itself once it takes writes again', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 10);
    await takesWrites(false);
    await eventually(ready, (status) => status === 503);
    const writes = await Promise.all([
      scrip.call('PUT', '/v1/accounts/bob', {}),
      spendOf(scrip, account, 1),
      scrip.call('POST', '/v1/checkout-sessions', { accountId: account, product: 'basic' }),
    ]);
    expect(writes.map(({ status, body }) => [status, body.type])).toEqual(
      writes.map(() => [503, expect.stringMatching(/\/database-unavailable$/)]),
    );
    expect(await balanceOf(scrip, account)).toBe(10);
    expect(await customerAtSandbox()).toBe(500);

    // Without a cut: the sessions that began as read-only are given up by the service itself.
    await administer(database, `alter database ${nameOf(database)} set default_transaction_read_only = off`);
    await eventually(ready, (status) => status === 200);
    await eventually(
      async () => (await spendOf(scrip, account, 1)).status,
      (status) => status === 201,
    );
    // The sandbox has as many stale sessions as it had calls at once, and gives each up when it fails.
    await eventually(
      async () => (await Promise.all(Array.from({ length: 10 }, customerAtSandbox))).every((status) => status === 200),
      (isWell) => isWell,
    );
    await boughtPack(scrip, account);
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  it('is refused at the start, in one sentence', async () => {
    const frozen = await createTestDatabase();
    await administer(frozen, `alter database ${nameOf(frozen)} set default_transaction_read_only = on`);
    await expect(startTestScrip({ DATABASE_URL: frozen.url })).rejects.toThrow(/takes no writes/);
    await frozen.drop();
  });
});
