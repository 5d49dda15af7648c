import { DeriveAnew } from '../../src/reports/following/derive-anew.js';
import { Follower } from '../../src/reports/following/follower.js';
import { rulesBrokenBy } from '../support/database/damage.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';

const TOTAL = 'usage-total-is-sum-of-accounts';
const DAY = 'usage-day-is-sum-of-quarters';
const DIMENSION_DAY = 'usage-dimension-day-is-sum-of-quarters';
const ACCOUNT = 'usage-report-is-sum-of-entries';

describe('the proof of the books, with reports', () => {
  const scrip = useScrip({ ROLE: 'api' });
  beforeAll(async () => {
    await haveMeters(scrip, { minutes: MONTHLY });
    const account = await openAccount(scrip);
    await account.grant(200);
    const usage = usageOf(scrip, account.id);
    const { body } = await usage.use([
      { meter: 'minutes', quantity: 6 },
      { meter: 'minutes', quantity: 2, dimensions: { kind: 'x' } },
    ]);
    await usage.undo(body.id, { lines: [1] });
    await account.spend(5);
    await scrip.running.app.get(Follower).followAll({ withinMs: 60_000 });
    // What is not followed yet is not missed.
    await account.spend(6);
  });

  it.each<[what: string, damage: string, rules: string[]]>([
    ['a sum that was raised', `update usage_quarters set credits = credits + 1`, [DAY, ACCOUNT, TOTAL]],
    [
      'a billionth that was added everywhere',
      `with a as (update usage_quarters set quantity = quantity + 0.000000001 where credits = 5),
         b as (update usage_days set quantity = quantity + 0.000000001 where credits = 5)
       update usage_totals set quantity = quantity + 0.000000001 where credits = 5`,
      [ACCOUNT],
    ],
    [
      'usage of another time of the day',
      `with a as (update usage_quarters set quarter = date_trunc('day', quarter, 'UTC') + interval '1 minute')
       update usage_totals set quarter = date_trunc('day', quarter, 'UTC') + interval '1 minute'`,
      [ACCOUNT],
    ],
    ['sums that were deleted', 'delete from usage_quarters', [DAY, ACCOUNT, TOTAL]],
    ['an entry that was counted twice', 'update followed_accounts set seq = seq - 1', [ACCOUNT]],
    ['an entry that was left out', 'update followed_accounts set seq = seq + 1', [ACCOUNT]],
    ['entries that are not there', 'update followed_accounts set seq = seq + 9', [ACCOUNT]],
    ['usage of nobody', `update usage_quarters set account_id = account_id || '-2'`, [DAY, ACCOUNT]],
    ['a total that was raised', 'update usage_totals set credits = credits + 1', [TOTAL]],
    ['a total of more quantity', 'update usage_totals set quantity = quantity + 1', [TOTAL]],
    ['a total that has cost more', 'update usage_totals set cost_minor = cost_minor + 1', [TOTAL]],
    ['a total that was deleted', 'delete from usage_totals', [TOTAL]],
    ['a day that was raised', 'update usage_days set quantity = quantity + 1', [DAY]],
    ['a day of dimensions that was raised', 'update usage_dimension_days set cost_minor = 1', [DIMENSION_DAY]],
    ['a day of dimensions that was deleted', `delete from usage_dimension_days where credits = 5`, [DIMENSION_DAY]],
    ['a day of other dimensions', `update usage_dimension_days set dimensions = '{"kind":"y"}'`, [DIMENSION_DAY]],
    [
      'quarters that were raised and no day with them',
      `alter table usage_quarters disable trigger user; update usage_quarters set credits = credits + 1`,
      [DAY, DIMENSION_DAY, ACCOUNT, TOTAL],
    ],
    ['a day of more credits', 'update usage_days set credits = credits + 1', [DAY]],
    ['a day that has cost more', 'update usage_days set cost_minor = cost_minor + 1', [DAY]],
    ['a day of another account', `update usage_days set account_id = 'x'`, [DAY]],
  ])('finds %s', async (_what, damage, rules) => {
    expect(await rulesBrokenBy(scrip, damage)).toEqual([...rules].sort());
  });

  it('finds nothing once all is derived anew', async () => {
    await scrip.sql(`update usage_quarters set credits = credits + 1, currency = 'usd'`);
    expect((await scrip.checkBooks()).findings).not.toEqual([]);
    await scrip.sql('update usage_days set credits = credits + 3');
    await scrip.sql('update usage_dimension_days set credits = credits + 4');
    expect(await scrip.running.app.get(DeriveAnew).run()).toEqual({ accounts: 1, ofAccounts: 1 });
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });
});
