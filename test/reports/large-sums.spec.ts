import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { haveMeters, usageOf } from '../support/shop/usage.js';

const LARGE = 2n ** 53n;
const CSV = { headers: { accept: 'text/csv' } };

describe('sums that are larger than the integers of JSON', () => {
  const scrip = useScrip({ ROLE: 'api' });
  beforeAll(async () => {
    const perUnit = (credits: number) => ({ prices: [{ match: {}, credits, per: 1 }] });
    await haveMeters(scrip, { bits: perUnit(1), calls: perUnit(0) });
  });
  afterEach(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  /** As if there had been so much more usage. */
  const raise = async (by: bigint) => {
    for (const table of ['usage_quarters', 'usage_days', 'usage_totals'])
      await scrip.sql(
        `update ${table} set credits = credits + $1, cost_minor = cost_minor + $1 where meter_key = 'bits'`,
        [`${by}`],
      );
  };

  it('are refused by name, and whole in a table', async () => {
    const ada = await openAccount(scrip);
    await ada.grant(1, { category: 'paid', costBasis: { amountMinor: 5, currency: 'usd' } });
    await usageOf(scrip, ada.id).use({ meter: 'bits', quantity: 1 });
    const mine = `/v1/accounts/${ada.id}/usage`;
    const report = async (path: string) => {
      const { status, body } = await scrip.call('GET', `${path}?meter=bits`);
      return status === 200 ? body.data : [status, body.type, body.maxSum];
    };
    expect(await report(mine)).toMatchObject([{ credits: 1, cost: [{ amountMinor: 5 }] }]);

    await raise(LARGE);
    for (const path of [mine, '/v1/usage', '/v1/usage/top-accounts'])
      expect(await report(path)).toEqual([422, '/problems/report-sum-too-large', Number.MAX_SAFE_INTEGER]);
    for (const path of [mine, '/v1/usage']) {
      const { status, body } = await scrip.call('GET', `${path}?meter=bits`, undefined, CSV);
      expect([status, body.split('\r\n')[1]?.split(',').slice(3)]).toEqual([
        ...[200, ['1', `${LARGE + 1n}`, `${LARGE + 5n}`, '']],
      ]);
    }

    await raise(-2n);
    expect(await report(mine)).toEqual([422, '/problems/report-sum-too-large', Number.MAX_SAFE_INTEGER]);
    await raise(-4n);
    expect(await report(mine)).toMatchObject([{ cost: [{ amountMinor: Number.MAX_SAFE_INTEGER }] }]);
    await raise(6n - LARGE);
  });

  it('are not needed for long quantities, which are whole in a table as well', async () => {
    const ada = await openAccount(scrip);
    const quantity = '123456789012.123456789';
    await usageOf(scrip, ada.id).use({ meter: 'calls', quantity });
    const { body } = await scrip.call('GET', `/v1/accounts/${ada.id}/usage`, undefined, CSV);
    expect(body.split('\r\n')[1]?.split(',').slice(2)).toEqual(['calls', quantity, '0', '']);
  });
});
