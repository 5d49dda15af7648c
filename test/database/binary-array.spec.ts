import fc from 'fast-check';
import pg from 'pg';
import {
  arrayOf,
  BYTEA,
  bigintArray,
  byteaArray,
  filledArrayOf,
  jsonArray,
  jsonbArray,
  SAFE_INTEGER,
  smallintArray,
  TEXT,
  textArray,
  timestamptzArray,
} from '../../src/database/binary-array.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

/** What is written in the binary format arrives as what it was: Postgres is asked to give it back as text. */
describe('an array in the binary format', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`set timezone = 'UTC'`);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const received = async (type: string, array: Buffer): Promise<(string | null)[]> =>
    (await client.query(`select array(select unnest($1::${type}[])::text) as elements`, [array])).rows[0].elements;

  it.each([
    ['text', textArray(['plain', '', 'NULL', null, '{"a,b"}', 'ünïcödé 💳', 'x'.repeat(100_000)])],
    ['json', jsonArray(['{"a": 1}', null, '"ü"'])],
    ['bytea', byteaArray([Buffer.from([0, 255, 92]), Buffer.alloc(0), null])],
    ['int8', bigintArray([0n, -1n, 9_007_199_254_740_991n, -9_223_372_036_854_775_808n, null])],
    ['int2', smallintArray([-32_768, 0, 32_767, null])],
  ])('of %s keeps every value, and null', async (type, array) => {
    const expected: Record<string, (string | null)[]> = {
      text: ['plain', '', 'NULL', null, '{"a,b"}', 'ünïcödé 💳', 'x'.repeat(100_000)],
      json: ['{"a": 1}', null, '"ü"'],
      bytea: ['\\x00ff5c', '\\x', null],
      int8: ['0', '-1', '9007199254740991', '-9223372036854775808', null],
      int2: ['-32768', '0', '32767', null],
    };
    expect(await received(type, array)).toEqual(expected[type]);
  });

  it('of jsonb holds JSON', async () => {
    expect(await received('jsonb', jsonbArray(['[1,"ü"]', null]))).toEqual(['[1, "ü"]', null]);
  });

  it('of instants keeps milliseconds on both sides of the year 2000', async () => {
    const instants = [new Date('2026-11-21T05:00:00.123Z'), new Date('1969-12-31T23:59:59.999Z'), null];
    expect(await received('timestamptz', timestamptzArray(instants))).toEqual([
      '2026-11-21 05:00:00.123+00',
      '1969-12-31 23:59:59.999+00',
      null,
    ]);
  });

  it('of texts, integers and bytes keeps whatever they hold', async () => {
    const rows = fc.array(
      fc.record({
        text: fc.option(
          fc.string({ unit: 'binary', maxLength: 80 }).filter((text) => !/\0/.test(text) && text.isWellFormed()),
        ),
        long: fc.option(fc.maxSafeInteger()),
        bytes: fc.option(fc.uint8Array({ maxLength: 80 })),
      }),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        expect(
          await received(
            'text',
            arrayOf(TEXT, given, ({ text }) => text),
          ),
        ).toEqual(given.map(({ text }) => text));
        expect(
          await received(
            'int8',
            arrayOf(SAFE_INTEGER, given, ({ long }) => long),
          ),
        ).toEqual(given.map(({ long }) => (long === null ? null : `${long}`)));
        expect(
          await received(
            'bytea',
            arrayOf(BYTEA, given, ({ bytes }) => bytes),
          ),
        ).toEqual(given.map(({ bytes }) => (bytes === null ? null : `\\x${Buffer.from(bytes).toString('hex')}`)));
      }),
    );
  });

  it('is not sent where there is nothing in it', async () => {
    const pick = (text: string | null) => text;
    expect(await received('text', filledArrayOf(TEXT, [null, null], pick))).toEqual([]);
    expect(await received('text', filledArrayOf(TEXT, [null, ''], pick))).toEqual([null, '']);
  });

  it('may be empty', async () => {
    expect(await received('text', textArray([]))).toEqual([]);
    expect(await received('int8', bigintArray([]))).toEqual([]);
  });

  it('refuses what does not fit its type, instead of cutting it', () => {
    expect(() => bigintArray([2n ** 63n])).toThrow(/out of range/);
    expect(() => smallintArray([40_000])).toThrow(/out of range/);
  });

  it('is not changed by the arrays that are written after it', async () => {
    const first = textArray(['first']);
    textArray(['other', 'values']);
    expect(await received('text', first)).toEqual(['first']);
  });
});
