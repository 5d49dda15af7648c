import fc from 'fast-check';
import pg from 'pg';
import { ulidBytes, ulidText } from '../../../src/kernel/ulid-bytes.js';
import { newSalt, partsOfSpendId, spendIdOf } from '../../../src/ledger/book/spend-id.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';

const parts = fc.record({
  recordedMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  seq: fc.bigInt({ min: 1n, max: 2n ** 48n - 1n }),
  salt: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('the id of a spend', () => {
  it('tells what it is made of', () => {
    fc.assert(fc.property(parts, (one) => expect(partsOfSpendId(spendIdOf(one))).toEqual(one)));
  });

  it('sorts by time, then by number, then by salt', () => {
    const asNumbers = ({ recordedMs, seq, salt }: { recordedMs: number; seq: bigint; salt: number }) =>
      (BigInt(recordedMs) << 80n) | (seq << 32n) | BigInt(salt);
    fc.assert(fc.property(parts, parts, (a, b) => spendIdOf(a) < spendIdOf(b) === asNumbers(a) < asNumbers(b)));
  });

  it.each([
    '',
    'spd_',
    'spd_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'spd_01m8k2rw6z0000000000c8x3a4u',
    'hld_01m8k2rw6z00000000000c8x3a4',
  ])('is nothing else: %s', (id) => expect(partsOfSpendId(id)).toBeUndefined());

  it('has a salt that a column of integers takes, and seldom the same', () => {
    const salts = Array.from({ length: 5_000 }, newSalt);
    expect(salts.every((salt) => salt >= 0 && salt < 2 ** 31)).toBe(true);
    expect(new Set(salts).size).toBeGreaterThan(4_990);
  });
});

it('sixteen bytes and the text of a ULID are the same', () => {
  fc.assert(
    fc.property(bytes, (all) => expect(ulidBytes(`grt_${ulidText(Buffer.from(all))}`)).toEqual(Buffer.from(all))),
  );
});

describe('the database makes the same ids of the same rows', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('for a spend, and finds its number in them', async () => {
    const years = parts.map((one) => ({ ...one, recordedMs: one.recordedMs % 253_402_300_800_000 }));
    await fc.assert(
      fc.asyncProperty(years, async (one) => {
        const id = spendIdOf(one);
        const { rows } = await client.query('select spend_id($1, $2, $3) as id, spend_seq($4) as seq', [
          new Date(one.recordedMs),
          one.seq,
          one.salt,
          id,
        ]);
        expect(rows).toEqual([{ id, seq: `${one.seq}` }]);
      }),
    );
    expect((await client.query(`select spend_seq('spd_of_nobody') as seq`)).rows).toEqual([{ seq: null }]);
  });

  it('for a grant', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (all) => {
        const { rows } = await client.query('select ulid_text($1) as text', [Buffer.from(all).toString('hex')]);
        expect(rows).toEqual([{ text: ulidText(Buffer.from(all)) }]);
      }),
    );
  });
});
