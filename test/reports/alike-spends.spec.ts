import { randomUUID } from 'node:crypto';
import { Database } from '../../src/database/database.js';
import { readRuns } from '../../src/ledger/history/read-runs.js';
import { Follower } from '../../src/reports/following/follower.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';
import { haveMeters, PER_UNIT, usageOf } from '../support/shop/usage.js';
import { anEvent, resultsOf, sendEvents, type TestEvent } from '../support/shop/usage-events.js';

const QUARTER_MS = 900_000;

describe('spends that are followed as one', () => {
  const scrip = useScrip({ ROLE: 'api' });
  let account: TestAccount;
  beforeAll(() =>
    haveMeters(scrip, {
      pages: PER_UNIT,
      words: { prices: [{ match: {}, credits: 1, per: 2 }] },
      tokens: { prices: [{ match: { a: 'x},', version: 'y' }, credits: 2 }] },
    }),
  );
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(1_000, { category: 'paid', costBasis: { amountMinor: 333, currency: 'usd' } });
  });

  const used = (data: object, more: TestEvent = {}) => anEvent(account.id, { data, ...more });
  async function send(events: TestEvent[]): Promise<void> {
    const refused = resultsOf(await sendEvents(scrip, events)).filter((result) => !result.startsWith('accepted'));
    expect(refused).toEqual([]);
  }

  /** `numbers: meter quantity` of what is read as one. */
  async function runs(): Promise<string[]> {
    const [row] = await scrip.sql('select seq from balances where account_id = $1', [account.id]);
    const span = { accountId: account.id, from: 1n, to: BigInt(row?.seq ?? 0) };
    const read = await readRuns(scrip.running.app.get(Database), [span]);
    expect(read.entries).toBe(Number(span.to));
    return read.runs.map(({ entry: { firstSeq, seq, kind }, usage, lines }) => {
      const counted = usage && ` ${usage.meter} ${Number(usage.quantity) / 1e9}, ${usage.credits}`;
      return `${firstSeq}-${seq}:${counted ?? ` ${kind}${lines === null ? '' : ' by lines'}`}`;
    });
  }

  /** `meter dimensions: quantity, credits, cost`, by quarter. */
  async function followed(): Promise<string[]> {
    expect(await scrip.running.app.get(Follower).followAll({ withinMs: 60_000 })).toBe(true);
    expect((await scrip.checkBooks()).findings).toEqual([]);
    const rows = await scrip.sql(
      `select meter_key || ' ' || dimensions || ': ' || trim_scale(sum(quantity)) || ', ' || sum(credits) || ', '
         || sum(cost_minor) as row
       from usage_quarters where account_id = $1
       group by quarter, meter_key, dimensions order by quarter, meter_key, dimensions collate "C"`,
      [account.id],
    );
    return rows.map(({ row }) => row ?? '');
  }

  it('are those of one line that use the same meter by the same dimensions, whatever their quantity', async () => {
    const time = scrip.clock.now().toISOString();
    const quantities = ['0.5', '1.000000001', 3, '0', '0.25'];
    await send(quantities.map((quantity) => used({ quantity }, { type: 'words', time })));
    await send(Array.from({ length: 200 }, () => used({ quantity: 1, dimensions: { kind: 'a' } }, { time })));
    await account.spend(5);
    await account.spend(2);
    await send([
      used({ quantity: 1 }, { time }),
      used({ lines: [1, 2].map((quantity) => ({ meter: 'pages', quantity })) }),
    ]);
    expect(await runs()).toEqual([
      '1-1: grant',
      '2-4: words 4.500000001, 4',
      // What costs nothing is taken from no grant.
      '5-5: words 0, 0',
      '6-6: words 0.25, 1',
      '7-127: pages 121, 121',
      '128-206: pages 79, 79',
      '207-208: spend',
      '209-209: pages 1, 1',
      '210-210: spend by lines',
    ]);
    expect((await followed()).sort()).toEqual([
      ' {}: 0, 7, 3',
      'pages {"kind":"a"}: 200, 200, 66',
      'pages {}: 4, 4, 1',
      'words {}: 4.750000001, 5, 2',
    ]);
  });

  it('are apart where their own time is of another quarter of an hour', async () => {
    const begins = Math.floor(scrip.clock.now().getTime() / QUARTER_MS - 2) * QUARTER_MS;
    const at = (ms: number) => used({ quantity: 1 }, { time: new Date(begins + ms).toISOString() });
    await send([at(0), at(QUARTER_MS - 1), at(QUARTER_MS), at(1), at(2)]);
    expect((await runs()).slice(1)).toEqual(['2-3: pages 2, 2', '4-4: pages 1, 1', '5-6: pages 2, 2']);
    expect(await followed()).toEqual(['pages {}: 4, 4, 2', 'pages {}: 1, 1, 0']);
  });

  it('may be given back one by one, before they are followed and after', async () => {
    const time = scrip.clock.now().toISOString();
    const answer = await sendEvents(
      scrip,
      Array.from({ length: 30 }, () => used({ quantity: 2 }, { time })),
    );
    const ids: string[] = answer.body.results.map(({ spend }: { spend: { id: string } }) => spend.id);
    const usage = usageOf(scrip, account.id);
    await usage.undo(ids[7] ?? '', { amount: 1 });
    expect(await followed()).toEqual(['pages {}: 60, 59, 20']);
    await usage.undo(ids[7] ?? '');
    await usage.undo(ids[29] ?? '');
    await usage.correct(ids[3] ?? '', { meter: 'pages', quantity: 5 });
    expect((await followed()).slice(0, 1)).toEqual(['pages {}: 59, 59, 20']);
  });

  it('keep their dimensions where the price is for some of them', async () => {
    const time = scrip.clock.now().toISOString();
    const priced = { a: 'x},', version: 'y' };
    const of = (dimensions: object) =>
      [1, 2].map((quantity) => used({ quantity, dimensions }, { type: 'tokens', time }));
    await send([priced, { ...priced, z: '1' }].flatMap(of));
    expect((await runs()).slice(1)).toEqual(['2-3: tokens 3, 6', '4-5: tokens 3, 6']);
    expect(await followed()).toEqual([
      'tokens {"a":"x},","version":"y","z":"1"}: 3, 6, 2',
      'tokens {"a":"x},","version":"y"}: 3, 6, 2',
    ]);
  });

  it('keep dimensions that look like the form in which lines are kept', async () => {
    const texts = ['x},', '},"version":2', '"', '\\', '\\"', '"lines":[{"meter":"', '},{"meter":"', 'é\u0001', '{}'];
    const dimensions = [
      ...texts.map((a) => ({ a })),
      ...['version', 'match', 'credits', 'quantity', 'dimensions', 'meter', 'lines'].map((name) => ({
        a: 'x},',
        [name]: 'y',
      })),
      ...texts.map((a) => ({ a, version: `},"match":{${a}` })),
    ];
    const time = scrip.clock.now().toISOString();
    // What names an event is kept before lines.
    const id = () => `"lines":[{"meter":"words" ${randomUUID()}`;
    const both = (one: object) => [1, 2].map((quantity) => used({ quantity, dimensions: one }, { time, id: id() }));
    await send(dimensions.flatMap(both));
    const kept = (await followed()).map((row) => row.slice('pages '.length, row.lastIndexOf(': ')));
    expect(kept).toEqual(dimensions.map((one) => JSON.stringify(one)).sort());
  });
});
