import { Posting } from '../../src/ledger/posting.js';
import { EventCommands } from '../../src/ledger/usage/event-commands.js';
import { type HttpAnswer, useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';
import { haveMeters, type UsageOf, usageOf } from '../support/shop/usage.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const scrip = useScrip({ ROLE: 'api' });
let account: TestAccount;
let usage: UsageOf;
/** Noon of a day in November, a week after clocks were put back in Europe and in Havana. */
let noonMs: number;

beforeAll(async () => {
  const now = scrip.clock.now();
  noonMs = Date.UTC(now.getUTCFullYear() + 1, 10, 8, 12);
  scrip.clock.advance(noonMs - now.getTime());
  const perUnit = (credits: number) => ({ prices: [{ match: {}, credits, per: 1 }] });
  await haveMeters(scrip, { words: perUnit(2), pages: perUnit(1), calls: { ...perUnit(0) } });
});
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(100_000);
  usage = usageOf(scrip, account.id);
});
afterEach(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

let events = 0;
/** Usage that an event tells of, at another time than it is recorded. */
async function used(atMs: number, quantity: string, dimensions: Record<string, string> = {}, meter = 'words') {
  const { app } = scrip.running;
  events += 1;
  const event = await app.get(EventCommands, { strict: false }).of({
    ...{ accountId: account.id, source: '/test', id: `${events}`, type: meter, isOfLines: false },
    time: new Date(atMs).toISOString(),
    lines: [{ meter, quantity, dimensions }],
  });
  const { body } = await app.get(Posting, { strict: false }).post(event);
  return JSON.parse(body) as { id: string };
}

function report(query: Record<string, string> = {}, of = `/v1/accounts/${account.id}/usage`): Promise<HttpAnswer> {
  return scrip.call('GET', `${of}?${new URLSearchParams(query)}`);
}

/** `from to meter dimensions: quantity, credits` of each row. */
function rowsOf({ body }: HttpAnswer): string[] {
  return body.data.map(
    (row: { from: string; to: string; meter: string | null; dimensions: object; quantity: string; credits: number }) =>
      `${row.from.slice(5, 16)} ${row.to.slice(5, 16)} ${row.meter} ${Object.values(row.dimensions).join('+')}: ` +
      `${row.quantity}, ${row.credits}`,
  );
}

const DAYS = { from: '11-01T00:00Z', to: '11-09T00:00Z' };
const inYear = (text: string) => `${new Date(noonMs).getUTCFullYear()}-${text}`;
const span = ({ from, to } = DAYS) => ({
  from: new Date(inYear(from)).toISOString(),
  to: new Date(inYear(to)).toISOString(),
});

describe('the usage of an account', () => {
  it('is in the report that is asked for right after it', async () => {
    await usage.use({ meter: 'words', quantity: '1.5', dimensions: { model: 'large' } });
    await account.spend(7);
    expect((await report()).body).toEqual({
      data: [
        {
          ...{ from: inYear('11-01T00:00:00.000Z'), to: expect.stringMatching(/T\d\d:(00|15|30|45):00\.000Z$/) },
          ...{ meter: null, dimensions: {}, quantity: null, credits: 7, cost: [] },
        },
        expect.objectContaining({ meter: 'words', dimensions: {}, quantity: '1.5', credits: 3 }),
      ],
    });
  });

  it('is told by its own time, whenever it was recorded', async () => {
    await used(noonMs - 3 * DAY_MS, '10');
    await report();
    // A day later it turns out that there was more.
    await used(noonMs - 3 * DAY_MS, '5');
    await used(noonMs - 4 * DAY_MS, '1');
    expect(rowsOf(await report({ by: 'day', ...span() }))).toEqual([
      ...['11-04T00:00 11-05T00:00 words : 1, 2', '11-05T00:00 11-06T00:00 words : 15, 30'],
    ]);
  });

  it('is added up by meters and dimensions, of all meters or of one', async () => {
    const large = { model: 'large', kind: 'input' };
    await used(noonMs - HOUR_MS, '3', large);
    await used(noonMs - HOUR_MS, '4', { ...large, kind: 'output' });
    await used(noonMs - HOUR_MS, '5', { kind: 'input' });
    await used(noonMs - HOUR_MS, '6', {}, 'pages');
    const at = '11-01T00:00 11-09T00:00';
    expect(rowsOf(await report({ by: 'model', ...span() }))).toEqual([
      ...[`${at} pages : 6, 6`, `${at} words large: 7, 14`, `${at} words : 5, 10`],
    ]);
    expect(rowsOf(await report({ by: 'kind,model', meter: 'words', ...span() }))).toEqual([
      ...[`${at} words input+large: 3, 6`, `${at} words input: 5, 10`, `${at} words output+large: 4, 8`],
    ]);
    expect(rowsOf(await report({ meter: 'words', ...span() }))).toEqual([`${at} words : 12, 24`]);
    expect(rowsOf(await report({ meter: 'nothing', ...span() }))).toEqual([]);
  });

  it('that costs nothing is told as well', async () => {
    await used(noonMs - HOUR_MS, '3', {}, 'calls');
    expect(rowsOf(await report(span()))).toEqual(['11-01T00:00 11-09T00:00 calls : 3, 0']);
  });

  it('is told by days of 25 hours, and by hours that come twice', async () => {
    // Clocks are put back on the last Sunday of October, at one o'clock in UTC.
    const sunday = 31 - new Date(Date.UTC(new Date(noonMs).getUTCFullYear(), 9, 31)).getUTCDay();
    const backMs = Date.UTC(new Date(noonMs).getUTCFullYear(), 9, sunday, 1);
    for (const [hours, quantity] of [
      [-4, '1'],
      [-1, '2'],
      [0, '4'],
      [21, '8'],
      [22, '16'],
    ] as const)
      await used(backMs + hours * HOUR_MS, quantity);
    const days = await report({
      ...{ by: 'day', timezone: 'Europe/Berlin', from: new Date(backMs - 27 * HOUR_MS).toISOString() },
      to: new Date(backMs + 46 * HOUR_MS).toISOString(),
    });
    const hoursOf = ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / HOUR_MS;
    expect(days.body.data.map(hoursOf)).toEqual([24, 25, 24]);
    expect(days.body.data.map(({ quantity }: { quantity: string }) => quantity)).toEqual(['1', '14', '16']);
    const twice = await report({
      ...{ by: 'hour', timezone: 'Europe/Berlin', from: new Date(backMs - HOUR_MS).toISOString() },
      to: new Date(backMs + HOUR_MS).toISOString(),
    });
    expect(twice.body.data.map(({ quantity }: { quantity: string }) => quantity)).toEqual(['2', '4']);
  });

  it('is told by days that begin at a quarter of an hour', async () => {
    const midnightMs = Date.parse(inYear('11-07T18:15Z'));
    await used(midnightMs - 1, '1');
    await used(midnightMs, '2');
    const [from, to] = [midnightMs - DAY_MS, midnightMs + DAY_MS].map((ms) => new Date(ms).toISOString());
    expect(rowsOf(await report({ by: 'day', timezone: 'Asia/Kathmandu', from: `${from}`, to: `${to}` }))).toEqual([
      ...['11-06T18:15 11-07T18:15 words : 1, 2', '11-07T18:15 11-08T18:15 words : 2, 4'],
    ]);
  });
});

describe('what is given back of usage', () => {
  const twoLines = [
    { meter: 'words', quantity: 5 },
    { meter: 'pages', quantity: 8 },
  ];
  let spend: { id: string };
  beforeEach(async () => {
    spend = (await usage.use(twoLines)).body;
    await account.spend(3);
    await report();
  });
  const november = () => span({ from: '11-01T00:00Z', to: '12-01T00:00Z' });
  const now = async () => {
    const answer = await report(november());
    return answer.body.data.map(
      ({ meter, quantity, credits }: { meter: string; quantity: string; credits: number }) =>
        `${meter} ${quantity} ${credits}`,
    );
  };

  it('by an amount takes credits off the last line first, and no quantity', async () => {
    await usage.undo(spend.id, { amount: 9 });
    expect(await now()).toEqual(['null null 3', 'pages 8 0', 'words 5 9']);
    await usage.undo(spend.id);
    expect(await now()).toEqual(['null null 3']);
  });

  it('by lines takes those off', async () => {
    await usage.undo(spend.id, { lines: [0] });
    expect(await now()).toEqual(['null null 3', 'pages 8 8']);
    await usage.undo(spend.id, { amount: 2 });
    expect(await now()).toEqual(['null null 3', 'pages 8 6']);
    await usage.undo(spend.id, { lines: [1] });
    expect(await now()).toEqual(['null null 3']);
  });

  it('counts where the spend does, however much later it is', async () => {
    const old = await used(noonMs - 5 * DAY_MS, '10');
    await usage.undo(old.id, { amount: 4 });
    expect(rowsOf(await report({ by: 'day', meter: 'words', ...november() }))).toContain(
      '11-03T00:00 11-04T00:00 words : 10, 16',
    );
    const { status } = await scrip.call(
      'POST',
      `/v1/accounts/${account.id}/spends/${old.id}/corrections`,
      { lines: [{ meter: 'words', quantity: 11 }], reason: 'more' },
      { idempotencyKey: old.id },
    );
    expect(status).toBe(201);
    expect(rowsOf(await report({ by: 'day', meter: 'words', ...november() }))).toContain(
      '11-03T00:00 11-04T00:00 words : 11, 22',
    );
  });

  it('of an amount, or a capture, is taken off what has no meter', async () => {
    const { body: hold } = await account.hold(10);
    const { body: captured } = await account.capture(hold.id, 6);
    expect(await now()).toEqual(['null null 9', 'pages 8 8', 'words 5 10']);
    await account.reverse(captured.spend?.id ?? captured.id, 2);
    expect(await now()).toEqual(['null null 7', 'pages 8 8', 'words 5 10']);
  });
});

describe('what usage had cost', () => {
  it('is what its credits were paid with, shared out to its lines, and taken off with them', async () => {
    const buyer = await openAccount(scrip);
    const given = (amount: number, amountMinor: number, currency: string) =>
      buyer.grant(amount, { category: 'paid', costBasis: { amountMinor, currency } });
    await given(10, 1_000, 'usd');
    await given(90, 90, 'eur');
    account = buyer;
    const { body: spend } = await usageOf(scrip, buyer.id).use([
      { meter: 'words', quantity: 2 },
      { meter: 'pages', quantity: 8 },
    ]);
    const costs = async () => {
      const { body } = await report(span({ from: '11-01T00:00Z', to: '12-01T00:00Z' }));
      return body.data.map(({ meter, cost }: { meter: string; cost: unknown }) => ({ meter, cost }));
    };
    const usd = (amountMinor: number) => ({ currency: 'usd', amountMinor });
    const eur = (amountMinor: number) => ({ currency: 'eur', amountMinor });
    expect(await costs()).toEqual([
      { meter: 'pages', cost: [eur(2), usd(667)] },
      { meter: 'words', cost: [usd(333)] },
    ]);
    // The credits that were taken last come back first, and what is left of the cost is that of the other line.
    await usageOf(scrip, buyer.id).undo(spend.id, { lines: [0] });
    expect(await costs()).toEqual([{ meter: 'pages', cost: [usd(800)] }]);
    await usageOf(scrip, buyer.id).undo(spend.id, { amount: 3 });
    expect(await costs()).toEqual([{ meter: 'pages', cost: [usd(500)] }]);
    await usageOf(scrip, buyer.id).undo(spend.id);
    expect(await costs()).toEqual([]);
  });
});

describe('what is asked for', () => {
  it.each<[what: string, query: Record<string, string>, pointer: string]>([
    ['from that is no quarter of an hour', { from: '2026-11-01T00:10:00Z' }, '/from'],
    ['to that is no moment', { to: 'tomorrow' }, '/to'],
    ['to before from', { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, '/to'],
    ['time zone that is none', { timezone: 'Europe/Nowhere' }, '/timezone'],
    ['time zone that is an offset', { timezone: '+01:00' }, '/timezone'],
    ['two periods', { by: 'day,hour' }, '/by'],
    ['dimension twice', { by: 'model,model' }, '/by'],
    ['name of no dimension', { by: 'day,' }, '/by'],
    ['six dimensions', { by: 'a,b,c,d,e,f' }, '/by'],
    ['meter that is none', { meter: 'No Meter' }, '/meter'],
    ['field that is unknown', { accountId: 'x' }, '/accountId'],
  ])('is refused with a %s', async (_, query, pointer) => {
    for (const path of [`/v1/accounts/${account.id}/usage`, '/v1/usage'])
      expect(await report(query, path)).toMatchObject({
        status: 400,
        body: { type: '/problems/validation-failed', errors: [{ pointer, in: 'query' }] },
      });
  });

  it('is refused where it is too much, and for an account that is not there', async () => {
    const years = { by: 'hour', from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    expect((await report(years)).body).toMatchObject({ type: '/problems/report-too-large', maxRows: 10_000 });
    expect(outcomeOf(await report({}, '/v1/accounts/nobody/usage'))).toBe('account-not-found');
    expect((await report({ limit: '0' }, '/v1/usage/top-accounts')).status).toBe(400);
  });

  it('may be a table', async () => {
    await used(noonMs - HOUR_MS, '3.5', { model: '=large' });
    // With more digits than a number of JSON carries.
    await used(noonMs - HOUR_MS, '999999999.000000001', {}, 'calls');
    const path = `/v1/accounts/${account.id}/usage?${new URLSearchParams({ by: 'day,model', ...span() })}`;
    const { headers, body } = await scrip.call('GET', path, undefined, { headers: { accept: 'text/csv' } });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(body).toBe(
      'from,to,meter,dimensions.model,quantity,credits,asOf\r\n' +
        `${inYear('11-08')}T00:00:00.000Z,${inYear('11-09')}T00:00:00.000Z,calls,,999999999.000000001,0,\r\n` +
        `${inYear('11-08')}T00:00:00.000Z,${inYear('11-09')}T00:00:00.000Z,words,'=large,3.5,7,\r\n`,
    );
  });
});

describe('the usage of all accounts', () => {
  it('is the sum of them, for who may see it', async () => {
    const before = rowsOf(await report({ meter: 'pages', ...span() }, '/v1/usage'));
    const second = await openAccount(scrip);
    await second.grant(100);
    await usageOf(scrip, second.id).use({ meter: 'pages', quantity: 2 });
    await usage.use({ meter: 'pages', quantity: 3 });
    const after = rowsOf(await report({ meter: 'pages', ...span() }, '/v1/usage'));
    const sumOf = (rows: string[]) => Number(rows[0]?.split(', ')[1] ?? 0);
    expect(sumOf(after) - sumOf(before)).toBe(5);
    const { body: key } = await scrip.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['read'] });
    const asReader = { key: key.key as string };
    expect((await scrip.call('GET', '/v1/usage', undefined, asReader)).status).toBe(403);
    expect((await scrip.call('GET', '/v1/usage/top-accounts', undefined, asReader)).status).toBe(403);
    expect((await scrip.call('GET', `/v1/accounts/${account.id}/usage`, undefined, asReader)).status).toBe(200);
  });

  it('names those that spent most, at whatever quarter of an hour the span begins and ends', async () => {
    const heavy = await openAccount(scrip);
    await heavy.grant(1_000_000);
    const from = noonMs - 3 * DAY_MS - 15 * MINUTE_MS;
    account = heavy;
    for (const [ms, quantity] of [
      [from - 1, '1'],
      [from, '100000'],
      [from + DAY_MS, '20000'],
      [noonMs - 15 * MINUTE_MS - 1, '3000'],
      [noonMs - 15 * MINUTE_MS, '4'],
    ] as const)
      await used(ms, quantity);
    const asked = { from: new Date(from).toISOString(), to: new Date(noonMs - 15 * MINUTE_MS).toISOString() };
    const { body } = await report({ limit: '1', ...asked }, '/v1/usage/top-accounts');
    expect(body.data).toEqual([{ accountId: heavy.id, quantity: null, credits: 246_000, cost: [] }]);
    const ofMeter = await report({ limit: '1', meter: 'words', ...asked }, '/v1/usage/top-accounts');
    expect(ofMeter.body.data).toMatchObject([{ accountId: heavy.id, quantity: '123000' }]);
    const within = { from: new Date(from).toISOString(), to: new Date(from + 30 * MINUTE_MS).toISOString() };
    expect((await report(within, '/v1/usage/top-accounts')).body.data[0]).toMatchObject({ credits: 200_000 });
  });
});
