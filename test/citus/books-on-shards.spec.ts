import { randomUUID } from 'node:crypto';
import { type CitusDatabase, createDistributedBooks, onOneShard } from '../support/database/citus.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

/** Each statement that posting sends is one task on one node: whatever were two would fail. */
describe('books on the shards of a cluster', () => {
  let database: CitusDatabase;
  let scrip: TestScrip;
  beforeAll(async () => {
    database = await createDistributedBooks();
    scrip = await startTestScrip({ DATABASE_URL: onOneShard(database.url), CHECK_BOOKS_CRON: 'off' });
  }, 60_000);
  afterAll(async () => {
    await scrip?.close();
    await database?.drop();
  });

  it.each(['one-row', 'three-rows'])('take everything that can be asked of an account, written in %s', async (form) => {
    const other = await startTestScrip({ DATABASE_URL: onOneShard(database.url), ENTRY_FORM: form, SANDBOX_PORT: '0' });
    const account = await openAccount(other);
    const grant = await account.grant(100);
    const spend = await account.spend(10, 'a-key');
    expect(outcomeOf(await account.spend(10, 'a-key'))).toBe('replayed');
    expect(outcomeOf(await account.spend(11, 'a-key'))).toBe('idempotency-key-reused');
    expect(outcomeOf(await account.spend(1_000))).toBe('insufficient-credits');
    const hold = await account.hold(20);
    expect(outcomeOf(await account.extend(hold.body.id, 600))).toBe('accepted');
    expect(outcomeOf(await account.capture(hold.body.id, 5, { final: false }))).toBe('accepted');
    expect(outcomeOf(await account.release(hold.body.id))).toBe('accepted');
    const last = await account.hold(4, 600, 'hold-key');
    expect(outcomeOf(await account.hold(4, 600, 'hold-key'))).toBe('replayed');
    expect(outcomeOf(await account.capture(last.body.id, 4, { key: 'capture-key' }))).toBe('accepted');
    expect(outcomeOf(await account.capture(last.body.id, 4, { key: 'capture-key' }))).toBe('replayed');
    expect(outcomeOf(await account.reverse(spend.body.id, 3))).toBe('accepted');
    expect(outcomeOf(await account.reverse(spend.body.id))).toBe('accepted');
    expect(outcomeOf(await account.reverse(spend.body.id, 1))).toBe('reversal-exceeds-spend');
    expect(outcomeOf(await account.adjust(-5))).toBe('accepted');
    expect(await account.standing()).toEqual({ balance: 86, held: 0, available: 86 });
    expect(outcomeOf(await account.voidGrant(grant.body.id))).toBe('accepted');
    expect(await account.entries()).toEqual([
      ...[
        'grant +100',
        'spend -10',
        'spend -5',
        'spend -4',
        'spend_reversal +3',
        'spend_reversal +7',
        'adjustment -5',
        'void -86',
      ],
    ]);
    await other.close();
  });

  it('take batches over forty accounts, races on one, and replays, and count each once', async () => {
    const accounts = await Promise.all(Array.from({ length: 40 }, () => openAccount(scrip)));
    await Promise.all(accounts.map((account) => account.grant(100)));
    const spends = accounts.flatMap(({ id }) =>
      Array.from({ length: 10 }, () => ({ accountId: id, amount: 1, key: randomUUID() })),
    );
    const send = () =>
      scrip.call('POST', '/v1/spends/batch', {
        items: spends.map(({ key, ...spend }) => ({ ...spend, idempotencyKey: key })),
      });
    const answers = await Promise.all([send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [busy] = accounts as [TestAccount];
    const race = await Promise.all(Array.from({ length: 100 }, () => busy.spend(1)));
    expect(race.filter((answer) => outcomeOf(answer) === 'accepted')).toHaveLength(90);
    const balances = await Promise.all(accounts.map((account) => account.standing()));
    expect(balances.map(({ balance }) => balance)).toEqual([0, ...Array(39).fill(90)]);
  });
});
