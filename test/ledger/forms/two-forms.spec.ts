import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { keyDigest } from '../../../src/idempotency/idempotency-key.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { accountOf, openAccount, outcomeOf } from '../../support/shop/account.js';

const ACCOUNTS = 4;
const ROUNDS = process.env.SCRIP_SOAK === undefined ? 40 : 1_000;

describe('two versions at once, of which one writes an entry in one row and the other in three', () => {
  let database: TestDatabase;
  let before: TestScrip;
  let after: TestScrip;
  beforeAll(async () => {
    database = await createTestDatabase();
    before = await startTestScrip({ DATABASE_URL: database.url, ENTRY_FORM: 'three-rows' });
    after = await startTestScrip({ DATABASE_URL: database.url, ENTRY_FORM: 'one-row', ROLE: 'api' });
  });
  afterAll(async () => {
    await after.close();
    await before.close();
    await database.drop();
  });

  it(`do ${ROUNDS} rounds of everything on the same accounts, and each key once`, async () => {
    const ids = await Promise.all(Array.from({ length: ACCOUNTS }, async () => (await openAccount(before)).id));
    const sides = ids.map((id) => [accountOf(before, id), accountOf(after, id)] as const);
    let taken = 0;
    await Promise.all(
      sides.map(async ([old, young], index) => {
        await old.grant(100 * ROUNDS);
        for (let round = 0; round < ROUNDS; round += 1) {
          const key = `round-${index}-${round}`;
          const [first, second] = round % 2 === 0 ? [old, young] : [young, old];
          const twice = await Promise.all([first.spend(5, key), second.spend(5, key)]);
          expect(twice.map(outcomeOf).sort()).toEqual(['accepted', 'replayed']);
          const [one, two] = twice.map(({ body }) => body);
          expect(two).toEqual(one);
          const [hold, gift, other] = await Promise.all([
            first.hold(4, 60, `${key}-hold`),
            first.grant(2, {}, `${key}-grant`),
            second.spend(1, `${key}-other`, { metadata: { round: `${round}` } }),
          ]);
          const [back, capture, again, reused] = await Promise.all([
            second.reverse(one.id, 3, `${key}-back`),
            second.capture(hold.body.id, 3, { key: `${key}-capture` }),
            first.spend(1, `${key}-other`, { metadata: { round: `${round}` } }),
            second.grant(2, {}, key),
          ]);
          expect([gift, other, back, capture].map(outcomeOf)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
          expect([outcomeOf(again), outcomeOf(reused)]).toEqual(['replayed', 'idempotency-key-reused']);
          expect(again.body).toEqual(other.body);
        }
        taken += 1;
        expect(await young.standing()).toMatchObject({ balance: ROUNDS * (100 - 5 + 2 - 1 + 3 - 3), held: 0 });
        expect(await old.entries()).toEqual(await young.entries());
      }),
    );
    expect(taken).toBe(ACCOUNTS);
    const report = await after.checkBooks();
    expect(report).toMatchObject({ accounts: ACCOUNTS, entries: ACCOUNTS * (1 + 5 * ROUNDS), findings: [] });
    const [forms] = await before.sql<{ rows: string; v1: string }>(
      `select (select count(*) from entry_rows) as rows, (select count(*) from entries_v1) as v1`,
    );
    expect([Number(forms?.rows), Number(forms?.v1)].every((count) => count > ACCOUNTS * ROUNDS)).toBe(true);
  });

  it('show one list, newest first, whichever of them has written what', async () => {
    const account = await openAccount(before);
    await account.grant(100);
    const [old, young] = [accountOf(before, account.id), accountOf(after, account.id)];
    const spent: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      spent.push((await (count % 2 === 0 ? old : young).spend(1)).body.id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const scrip of [before, after]) {
      const { body } = await scrip.call('GET', `/v1/spends?accountId=${account.id}`);
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([...spent].reverse());
      const paged: string[] = [];
      for (let cursor = ''; ; ) {
        const { body: page } = await scrip.call('GET', `/v1/spends?accountId=${account.id}&limit=2${cursor}`);
        paged.push(...page.data.map(({ id }: { id: string }) => id));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(paged).toEqual([...spent].reverse());
      const newest = (await scrip.call('GET', '/v1/spends?limit=6')).body.data.map(({ id }: { id: string }) => id);
      expect(newest).toEqual([...spent].reverse());
    }
  });

  // What was remembered of the account is true but for the count: nothing of its balance has changed.
  it('count every change of holds, also where what one of them remembers is behind', async () => {
    // One whose memory was wrong reads for a while, and would show nothing.
    const fresh = await startTestScrip({ DATABASE_URL: database.url, ENTRY_FORM: 'three-rows', ROLE: 'api' });
    const account = await openAccount(fresh);
    await account.grant(100);
    await account.spend(1);
    const young = accountOf(after, account.id);
    await young.release((await young.hold(5)).body.id);
    await account.hold(5);
    await fresh.close();
    const [balance] = await before.sql('select holds_changed from balances where account_id = $1', [account.id]);
    expect(balance).toEqual({ holds_changed: '3' });
  });

  it('wait for a key that a request outside of the ledger is taking, and leave it alone then', async () => {
    const account = await openAccount(after);
    await account.grant(100);
    await account.spend(1);
    const [key, digest] = ['taken', keyDigest(account.id, 'taken')];
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin');
    expect((await client.query('select lock_key($1, $2) as spent', [digest, account.id])).rows).toEqual([
      { spent: false },
    ]);
    await client.query(
      `insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
       values ($1, $2, $1, 200, '{}', now())`,
      [digest, account.id],
    );
    const spending = account.spend(1, key);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.query('commit');
    await client.end();
    expect(outcomeOf(await spending)).toBe('idempotency-key-reused');
    expect(outcomeOf(await account.spend(1, randomUUID()))).toBe('accepted');
  });
});
