import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exactly } from '../../src/rating/import/decimal.js';
import { NoPriceMap, readPriceMap } from '../../src/rating/import/price-map.js';
import { whole, ZERO } from '../../src/rating/pricing/ratio.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { runCommand, startCommand } from '../support/service/command.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';

/** `kind credits/per` of each price. */
const read = (map: unknown, creditsPerDollar = whole(1n)) => {
  const json = typeof map === 'string' ? map : JSON.stringify(map);
  const { prices, refused } = readPriceMap(json, creditsPerDollar);
  return {
    prices: prices.map(({ match, credits, per }) => `${match.model} ${match.kind} ${credits}/${per}`),
    refused: refused.map(({ model, reason }) => `${model}: ${reason}`),
  };
};
const decimal = (text: string) => exactly(text) ?? ZERO;

describe('a price map', () => {
  it('is read as it is written, in whole credits for a million tokens or more', () => {
    const costs = ['0.000003', '3e-06', '2.5e-07', '1.0000000000000000001e-6', '0.0', '1E+0', '7e-13'];
    const json = `{${costs.map((cost, index) => `"m${index}": {"input_cost_per_token": ${cost}}`).join(',')}}`;
    expect(read(json).prices).toEqual([
      'm0 input 3/1000000',
      'm1 input 3/1000000',
      'm2 input 25/100000000',
      // Exact would be a credit for 10^25 tokens: it is rounded up.
      'm3 input 1000001/1000000000000',
      'm4 input 0/1000000',
      'm5 input 1000000/1000000',
      'm6 input 1/1000000000000',
    ]);
    // By way of a binary fraction it would not be whole.
    expect(read({ m: { input_cost_per_token: 1.1e-6 } }, decimal('1000')).prices).toEqual(['m input 1100/1000000']);
  });

  it('has the kinds of tokens as a dimension, and no other fields', () => {
    const entry = {
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      cache_read_input_token_cost: 3e-6,
      cache_creation_input_token_cost: 4e-6,
      output_cost_per_reasoning_token: 5e-6,
      input_cost_per_token_above_200k_tokens: 9e-6,
      max_tokens: 4096,
      litellm_provider: 'x',
    };
    expect(read({ 'a/b:c': entry, sample_spec: entry })).toEqual({
      prices: ['input 1', 'output 2', 'cache_read 3', 'cache_write 4', 'reasoning 5'].map(
        (one) => `a/b:c ${one}/1000000`,
      ),
      refused: [],
    });
  });

  it('is taken without the models that have no price, or one that nobody can pay', () => {
    const map = {
      painter: { output_cost_per_image: 0.04 },
      sentinel: { input_cost_per_token: 1e-6, output_cost_per_token: -1 },
      worded: { input_cost_per_token: '1e-6' },
      dear: { input_cost_per_token: 1e9 },
      none: null,
      ['x'.repeat(201)]: { input_cost_per_token: 1e-6 },
      'nul\0': { input_cost_per_token: 1e-6 },
      'half\ud800': { input_cost_per_token: 1e-6 },
      absent: { input_cost_per_token: null, output_cost_per_token: 1e-6 },
      toString: { input_cost_per_token: 1e-6 },
    };
    const { prices, refused } = read(map);
    expect(prices).toEqual(['absent output 1/1000000', 'toString input 1/1000000']);
    expect(refused).toEqual([
      'painter: it has no price for tokens',
      'sentinel: output_cost_per_token is negative',
      'worded: input_cost_per_token is no number',
      'dear: input_cost_per_token is more than a rate card can hold',
      'none: it is no object',
      ...['x'.repeat(201), 'nul\0', 'half\ud800'].map((name) => `${name}: its name cannot be the value of a dimension`),
    ]);
  });

  it('has no more prices than a card may have', () => {
    const mapOf = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, { input_cost_per_token: 1e-6 }]));
    expect(read(mapOf(20_000)).prices).toHaveLength(20_000);
    expect(() => read(mapOf(20_001))).toThrow('It has 20001 prices, and a rate card may have 20000.');
  });

  it.each(['', '[]', '5', 'null', '{"a": {"input_cost_per_token": 1e-6}'])('is not %j', (json) => {
    expect(() => read(json)).toThrow(NoPriceMap);
  });
});

describe('npm run scrip -- import-prices', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
    folder = await mkdtemp(join(tmpdir(), 'scrip-prices-'));
  });
  afterAll(async () => {
    await scrip?.close();
    await database?.drop();
    await rm(folder, { recursive: true });
  });

  async function run(...args: string[]) {
    const { exitCode, stdout, stderr } = await runCommand(['import-prices', ...args], { DATABASE_URL: database.url });
    return { exitCode, stderr, report: stdout === '' ? undefined : JSON.parse(stdout) };
  }

  async function costOf(model: string, kind: string, quantity: number): Promise<unknown[]> {
    const { body } = await scrip.call('POST', '/v1/quotes', { meter: 'tokens', quantity, dimensions: { model, kind } });
    return [body.rateVersion, body.lines?.[0].price];
  }

  const example = ['examples/prices.json', '--markup', '20', '--credits-per-dollar', '100'];

  it('shows what the example would change, and then makes a version of it', async () => {
    const dry = await run(...example, '--dry-run');
    expect(dry).toMatchObject({
      exitCode: 1,
      stderr: '',
      report: { meter: 'tokens', versionBefore: 1, version: null, unchanged: 0, refused: [{ model: 'painter' }] },
    });
    expect(dry.report.added).toHaveLength(12);
    expect(dry.report.added[0]).toEqual({ match: { kind: 'input', model: 'swift-1' }, credits: 30, per: 1_000_000 });
    expect(dry.report.removed).toHaveLength(8);
    expect((await scrip.call('GET', '/v1/meters/tokens/rates')).body.data).toHaveLength(1);

    const { report } = await run(...example);
    expect(report).toMatchObject({ versionBefore: 1, version: 2 });
    expect(await costOf('grand-2', 'output', 1000)).toEqual([2, '1.8']);
    expect((await scrip.call('GET', '/v1/meters/tokens/rates/2')).body).toMatchObject({
      rounding: 'carry',
      effectiveAt: report.effectiveAt,
    });
  });

  it('says on a terminal what it would do, line by line', async () => {
    const wishes = ['--markup', '50', '--credits-per-dollar', '100', '--dry-run'];
    const args = ['import-prices', 'examples/prices.json', ...wishes];
    const { stdout } = await startCommand(args, { DATABASE_URL: database.url }, { onTerminal: true }).ended;
    const lines = stdout.split('\r\n');
    expect(lines).toContain(
      'tokens, compared with version 2: 0 added, 0 removed, 10 changed, 2 as before. Nothing was written.',
    );
    expect(lines).toContain('  ~ grand-2 output  1800 for 1000000 -> 2250 for 1000000');
    expect(lines).toContain('  ! painter was refused: it has no price for tokens');
  });

  it('says what has changed since the version before, and makes none when nothing has', async () => {
    expect((await run(...example)).report).toMatchObject({ version: null, versionBefore: 2, added: [], unchanged: 12 });
    const cheaper = join(folder, 'cheaper.json');
    await writeFile(cheaper, '{"swift-1": {"input_cost_per_token": 1e-07, "output_cost_per_token": 1e-06}}');
    const { exitCode, report } = await run(cheaper, '--markup', '20', '--credits-per-dollar', '100');
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ version: 3, versionBefore: 2, added: [], unchanged: 1, refused: [] });
    expect(report.changed).toEqual([
      {
        before: { match: { kind: 'input', model: 'swift-1' }, credits: 30, per: 1_000_000 },
        after: { match: { kind: 'input', model: 'swift-1' }, credits: 12, per: 1_000_000 },
      },
    ]);
    expect(report.removed).toHaveLength(10);
  });

  it('takes a price for what it is, keeps what the card says besides, and takes no prices away for none', async () => {
    await scrip.call('PUT', '/v1/meters/words', { name: 'Words', unit: 'word' });
    const card = {
      prices: [{ match: { model: 'm', kind: 'input' }, credits: 6, per: 2_000_000 }],
      ...{ minCredits: 1, maxCredits: 50 },
    };
    await scrip.call('POST', '/v1/meters/words/rates', card);
    const path = join(folder, 'words.json');
    const reportOf = async (map: object) => {
      await writeFile(path, JSON.stringify(map));
      return (await run(path, '--meter', 'words')).report;
    };
    expect(await reportOf({ m: { input_cost_per_token: 3e-6 } })).toMatchObject({ version: null, unchanged: 1 });
    expect(await reportOf({})).toMatchObject({ version: null, removed: [card.prices[0]] });
    expect(await reportOf({ m: { input_cost_per_token: 4e-6 } })).toMatchObject({ version: 2, changed: [{}] });
    expect((await scrip.call('GET', '/v1/meters/words/rates/2')).body).toMatchObject({
      prices: [{ credits: 4, per: 1_000_000 }],
      ...{ rounding: 'up', minCredits: 1, maxCredits: 50 },
    });
  });

  it('reads a card of thousands of prices, which are listed a page at a time and priced by', async () => {
    const many = join(folder, 'many.json');
    const entry = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, cache_read_input_token_cost: 1e-7 };
    await writeFile(
      many,
      JSON.stringify(Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`m${i}`, entry]))),
    );
    expect((await run(many)).report).toMatchObject({ version: 4, refused: [] });
    expect(await costOf('m2499', 'cache_read', 10_000_000)).toEqual([4, '1']);
    const page = (await scrip.call('GET', '/v1/meters/tokens/rates')).body;
    expect(page.data.map(({ version }: { version: number }) => version)).toEqual([4]);
    expect(page.data[0].prices).toHaveLength(7_500);
    const next = (await scrip.call('GET', `/v1/meters/tokens/rates?cursor=${page.nextCursor}`)).body;
    expect(next.data.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
  });

  it.each([
    ['no meter', [...example, '--meter', 'nope'], 'meter-not-found'],
    ['no file', ['nowhere.json'], 'nowhere.json cannot be read'],
    ['a negative markup', ['examples/prices.json', '--markup=-5'], 'It must be a number of 0 or more'],
  ])('says what is wrong with %s', async (_what, args, sentence) => {
    const { exitCode, stderr, report } = await run(...args);
    expect([exitCode, report]).toEqual([2, undefined]);
    expect(stderr).toContain(sentence);
  });
});
