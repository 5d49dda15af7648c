import { randomUUID } from 'node:crypto';
import { keyDigest } from '../../../src/idempotency/idempotency-key.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { accountOf, openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';

const ROUNDS = process.env.SCRIP_SOAK === undefined ? 12 : 300;

/** Writes of every kind: the key is kept by the row of a spend, a hold or a capture, or stored with the answer. */
const KINDS = ['spend', 'hold', 'capture', 'capture of a part', 'grant', 'change of the account'] as const;
type Kind = (typeof KINDS)[number];
const PAIRS = KINDS.flatMap((one, index) => KINDS.slice(index + 1).map((two) => [one, two] as const));

describe('one key', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let other: TestScrip;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
    other = await startTestScrip({ DATABASE_URL: database.url, ROLE: 'api' });
  });
  afterAll(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await other.close();
    await scrip.close();
    await database.drop();
  });

  async function write(to: TestScrip, id: string, holdId: string, kind: Kind, key: string) {
    const account = accountOf(to, id);
    switch (kind) {
      case 'spend':
        return account.spend(1, key);
      case 'hold':
        return account.hold(1, 900, key);
      case 'capture':
        return account.capture(holdId, 1, { key });
      case 'capture of a part':
        return account.capture(holdId, 1, { key, final: false });
      case 'grant':
        return account.grant(1, {}, key);
      case 'change of the account':
        return to.call('PUT', `/v1/accounts/${id}`, { name: 'Ada' }, { idempotencyKey: key });
    }
  }

  async function holding(account: TestAccount): Promise<string> {
    return (await account.hold(2, 900, randomUUID())).body.id;
  }

  async function opened(): Promise<TestAccount> {
    const account = await openAccount(scrip);
    await account.grant(10_000);
    return account;
  }

  // The account is remembered by the process that is asked: it decides without having read the key.
  it.each(PAIRS.flatMap(([one, two]) => [[one, two] as const, [two, one] as const]))(
    'of a %s is refused for a %s, remembered or read',
    async (first, second) => {
      const account = await opened();
      const holds = [await holding(account), await holding(account)] as const;
      const key = randomUUID();
      expect(outcomeOf(await write(scrip, account.id, holds[0], first, key))).toBe('accepted');
      const before = await account.standing();
      expect(outcomeOf(await write(scrip, account.id, holds[1], second, key))).toBe('idempotency-key-reused');
      expect(outcomeOf(await write(other, account.id, holds[1], second, key))).toBe('idempotency-key-reused');
      expect(outcomeOf(await write(other, account.id, holds[0], first, key))).toBe('replayed');
      expect(await account.standing()).toEqual(before);
    },
  );

  it.each(PAIRS)('is of a %s or of a %s, when two processes are asked at once', async (one, two) => {
    const account = await opened();
    for (let round = 0; round < ROUNDS; round += 1) {
      const holds = [await holding(account), await holding(account)] as const;
      const key = `round-${round}`;
      const [first, second] = round % 2 === 0 ? [scrip, other] : [other, scrip];
      const answers = await Promise.all([
        write(first, account.id, holds[0], one, key),
        write(second, account.id, holds[1], two, key),
      ]);
      expect(answers.map(outcomeOf).sort()).toEqual(['accepted', 'idempotency-key-reused']);
    }
  });

  // What a process of the version before calls, which has not read the keys of holds, nor those of captures.
  describe('for a process of the version before', () => {
    let account: TestAccount;
    let heldKey: string;
    beforeAll(async () => {
      account = await opened();
      heldKey = randomUUID();
      await account.hold(1, 900, heldKey);
    });

    it('is not stored with an answer, when a hold has it', async () => {
      await expect(
        scrip.sql(`select write_answers($1, $2, $3, array[201::smallint], array['{}'::json], now())`, [
          [keyDigest(account.id, heldKey)],
          [account.id],
          [Buffer.alloc(32)],
        ]),
      ).rejects.toThrow('a key is known');
    });

    // It would be told again as a spend of as much.
    it('is not that of a spend, when a capture has it', async () => {
      const key = randomUUID();
      await account.capture(await holding(account), 2, { key });
      await account.spend(2, 'spent');
      const read = async (digest: Buffer) => {
        const [found] = await scrip.sql<{ keys: object[] | null }>(
          `select read_books('none', array[$1], now(), '{}', '{}', array[$2::bytea], array[$1]) -> 'spendKeys' as keys`,
          [account.id, digest],
        );
        return found?.keys?.length ?? 0;
      };
      expect(await read(keyDigest(account.id, key))).toBe(0);
      expect(await read(keyDigest(account.id, 'spent'))).toBe(1);
    });

    it('is not kept by a spend, when a hold has it', async () => {
      const entry = (digest: Buffer) =>
        scrip.sql(
          `select write_entry_rows(false, array[b.account_id], array[b.balance], array[b.held], array[b.head_hash],
             array[b.grants_made], array[b.balance - 1], array[b.held], array[b.seq + 1], array[sha256('x')],
             array[now()], array[b.grants_made], array[b.holds_changed], array[b.holds_changed],
             array[b.account_id], array[b.seq + 1], array['s'], array[-1::bigint], array[b.balance - 1], array[now()],
             array[sha256('x')], array[]::uuid[], array[1::bigint], array[$2::uuid], array['k'], array[]::bigint[],
             array[1::bigint], array[]::timestamptz[], array[]::text[], array[]::text[], array[]::text[],
             array[]::text[], array[]::text[], array[]::text[], array[]::json[], array[]::text[], array[]::text[],
             array[]::text[], array[]::text[], array[]::bigint[], array[]::bigint[], array[]::bigint[],
             array[]::text[])
           from balances b where account_id = $1`,
          [account.id, digest.toString('hex')],
        );
      await scrip.sql('begin');
      await expect(entry(keyDigest(account.id, heldKey))).rejects.toThrow('a key is known');
      await scrip.sql('rollback');
      await scrip.sql('begin');
      await entry(keyDigest(account.id, randomUUID()));
      await scrip.sql('rollback');
    });
  });
});
