import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';

let database: TestDatabase;
let one: TestScrip;
let other: TestScrip;
beforeAll(async () => {
  database = await createTestDatabase();
  one = await startTestScrip({ DATABASE_URL: database.url });
  other = await startTestScrip({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await one?.close();
  await other?.close();
  await database?.drop();
});

const quoteOf = async (scrip: TestScrip, meter: string) => {
  const { status, body } = await scrip.call('POST', '/v1/quotes', { meter, quantity: 1 });
  return { status, version: body.rateVersion, at: body.asOf };
};

it('a meter and its first version, made by one process, are known to the other at once', async () => {
  expect((await quoteOf(other, 'fresh')).status).toBe(404);
  await one.call('PUT', '/v1/meters/fresh', { name: 'Fresh', unit: 'unit' });
  expect((await quoteOf(other, 'fresh')).status).toBe(422);
  await one.call('POST', '/v1/meters/fresh/rates', { prices: [{ match: {}, credits: 4 }] });
  expect(await quoteOf(other, 'fresh')).toMatchObject({ status: 200, version: 1 });
});

it('a version begins in all processes at its instant, and has begun when its call returns', async () => {
  await one.call('PUT', '/v1/meters/busy', { name: 'Busy', unit: 'unit' });
  await one.call('POST', '/v1/meters/busy/rates', { prices: [{ match: {}, credits: 1 }] });
  const seen: { at: string; version: number }[] = [];
  let isMade = false;
  const watch = async (scrip: TestScrip) => {
    while (!isMade) seen.push(await quoteOf(scrip, 'busy'));
  };
  const watching = Promise.all([watch(one), watch(other), watch(other)]);
  const made: { effectiveAt: string }[] = [];
  const rightAfter: unknown[] = [];
  try {
    for (let version = 2; version <= 3; version += 1) {
      const { body } = await one.call('POST', '/v1/meters/busy/rates', { prices: [{ match: {}, credits: version }] });
      made.push(body);
      rightAfter.push((await quoteOf(one, 'busy')).version, (await quoteOf(other, 'busy')).version);
    }
  } finally {
    isMade = true;
    await watching;
  }
  expect(rightAfter).toEqual([2, 2, 3, 3]);
  expect(seen.length).toBeGreaterThan(50);
  // Whichever process was asked: a quote of an instant is priced by the version that has begun by then.
  const versionAt = (at: string) => 1 + made.filter(({ effectiveAt }) => effectiveAt <= at).length;
  expect(seen.filter(({ at, version }) => version !== versionAt(at))).toEqual([]);
});
