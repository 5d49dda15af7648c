import { useScrip } from '../../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../../support/service/stopped-clock.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';

const DAY = 86_400;
const REPORT = '/v1/reports/revenue';

describe('the revenue report', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let ada: TestAccount;
  beforeAll(async () => {
    clock = stopClock(scrip.clock);
    const begin = Math.ceil((Date.parse('2027-01-30T12:00:00Z') - clock.now().getTime()) / 1000);
    clock.advance(begin);
    ada = await openAccount(scrip);
  });

  const paid = (amountMinor: number, currency: string) => ({ category: 'paid', costBasis: { amountMinor, currency } });
  const report = async (query: string) => (await scrip.call('GET', `${REPORT}?${query}`)).body;
  type Row = Record<string, string | number>;
  /** `from currency: sold = recognised + broken + returned, owed`. */
  const lines = ({ data }: { data: Row[] }) =>
    data.map(
      (row) =>
        `${String(row.from).slice(0, 13)} ${row.currency}: ${row.soldMinor} = ${row.recognisedMinor} + ` +
        `${row.brokenMinor} + ${row.returnedMinor}, owed ${row.owedMinor}`,
    );

  it('adds up by month and by day, by currency, and says what is owed at the end of each', async () => {
    await ada.grant(10, paid(1000, 'usd'));
    await ada.spend(3);
    clock.advance(2 * DAY);
    await ada.grant(4, { ...paid(200, 'eur'), expiresAt: new Date(clock.now().getTime() + DAY * 1000).toISOString() });
    await ada.spend(5);
    clock.advance(2 * DAY);

    const span = 'from=2027-01-01T00:00:00Z&to=2027-03-01T00:00:00Z';
    expect(lines(await report(span))).toEqual([
      '2027-01-01T00 usd: 1000 = 300 + 0 + 0, owed 700',
      '2027-02-01T00 eur: 200 = 200 + 0 + 0, owed 0',
      '2027-02-01T00 usd: 0 = 100 + 0 + 0, owed 600',
    ]);
    expect(lines(await report('from=2027-02-01T00:00:00Z&to=2027-02-04T00:00:00Z&by=day'))).toEqual([
      '2027-02-01T00 eur: 200 = 200 + 0 + 0, owed 0',
      '2027-02-01T00 usd: 0 = 100 + 0 + 0, owed 600',
      '2027-02-02T00 eur: 0 = 0 + 0 + 0, owed 0',
      '2027-02-02T00 usd: 0 = 0 + 0 + 0, owed 600',
      '2027-02-03T00 eur: 0 = 0 + 0 + 0, owed 0',
      '2027-02-03T00 usd: 0 = 0 + 0 + 0, owed 600',
    ]);
    expect((await report(span)).data[0]).toMatchObject({ to: '2027-02-01T00:00:00.000Z', taxMinor: 0 });
  });

  it('has months of the time zone, and begins with this one where nothing is said', async () => {
    const inKiritimati = await report('from=2027-01-01T00:00:00Z&to=2027-02-02T00:00:00Z&timezone=Pacific/Kiritimati');
    expect(lines(inKiritimati)).toEqual([
      '2027-01-01T00 usd: 1000 = 300 + 0 + 0, owed 700',
      '2027-01-31T10 eur: 200 = 200 + 0 + 0, owed 0',
      '2027-01-31T10 usd: 0 = 100 + 0 + 0, owed 600',
    ]);
    expect(lines(await report(''))).toEqual([
      '2027-02-01T00 eur: 200 = 200 + 0 + 0, owed 0',
      '2027-02-01T00 usd: 0 = 100 + 0 + 0, owed 600',
    ]);
  });

  it.each([
    ['by=week', '/by'],
    ['by=day&by=month', '/by'],
    ['timezone=Mars/Base', '/timezone'],
    ['from=yesterday', '/from'],
    ['from=2027-01-01T00:01:00Z', '/from'],
    ['from=2027-02-01T00:00:00Z&to=2027-01-01T00:00:00Z', '/to'],
    ['currency=usd', '/currency'],
  ])('refuses ?%s by name', async (query, pointer) => {
    const { status, body } = await scrip.call('GET', `${REPORT}?${query}`);
    expect([status, body.type, body.errors[0].pointer]).toEqual([400, '/problems/validation-failed', pointer]);
  });

  it('is refused by name where a sum is larger than the integers of JSON', async () => {
    const january = 'from=2027-01-01T00:00:00Z&to=2027-02-01T00:00:00Z';
    const before = await report(january);
    for (const name of ['sold', 'recognised', 'tax']) {
      const raise = (by: bigint) =>
        scrip.sql(`update revenue_totals set ${name}_minor = ${name}_minor + $1 where currency = 'usd'`, [`${by}`]);
      await raise(2n ** 53n);
      const { status, body } = await scrip.call('GET', `${REPORT}?${january}`);
      expect([status, body.type, body.maxSum]).toEqual([
        ...[422, '/problems/report-sum-too-large', Number.MAX_SAFE_INTEGER],
      ]);
      await raise(-(2n ** 53n));
    }
    expect(await report(january)).toEqual(before);
  });

  it('is refused where it would have too many rows, and without the scope of an admin', async () => {
    const { status, body } = await scrip.call('GET', `${REPORT}?from=1990-01-01T00:00:00Z&by=day`);
    expect([status, body.type]).toEqual([422, '/problems/report-too-large']);
    const made = await scrip.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['read', 'spend', 'sell'] });
    expect((await scrip.call('GET', REPORT, undefined, { key: made.body.key })).status).toBe(403);
    expect((await scrip.call('GET', REPORT, undefined, { key: null })).status).toBe(401);
  });
});
