import { rulesBrokenBy } from '../support/database/damage.js';
import { aVoucher, redeem } from '../support/make/vouchers.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount } from '../support/shop/shop.js';

const scrip = useScrip();
beforeAll(async () => {
  const { codes } = await aVoucher(scrip, { count: 2, maxRedemptions: 1 });
  for (const code of codes) await redeem(scrip, await anAccount(scrip), code);
});

it.each([
  ['a redemption without its grant', 'delete from grants where source_type = $$voucher$$', 'redemption-has-its-grant'],
  ['a grant without its redemption', 'delete from voucher_redemptions', 'redemption-has-its-grant'],
  [
    'a redemption with the grant of another',
    `update voucher_redemptions set grant_id = id`,
    'redemption-has-its-grant',
  ],
  [
    'a grant of another voucher',
    `update grants set source_id = 'vch_other' where account_id = (select min(account_id) from grants)`,
    'redemption-has-its-grant',
  ],
  ['a redemption of other credits', 'update voucher_redemptions set credits = 6', 'redemption-has-its-grant'],
  ['a voucher of other credits', 'update vouchers set credits = 6', 'voucher-counts-its-redemptions'],
  ['a voucher that counts less', 'update vouchers set redemptions = 1', 'voucher-counts-its-redemptions'],
  ['a code that counts less', 'update voucher_codes set redemptions = 0', 'code-is-redeemed-as-often-as-it-may'],
  [
    'a code that was redeemed too often',
    'update voucher_redemptions set place = 1; update voucher_codes set redemptions = 4 - 2 * place',
    'code-is-redeemed-as-often-as-it-may',
  ],
  [
    'an account that redeemed too often',
    'update voucher_redemptions set account_id = (select min(account_id) from voucher_redemptions)',
    'account-redeems-as-often-as-it-may',
  ],
])('the proof of the books finds %s', async (_what, damage, rule) => {
  expect(await rulesBrokenBy(scrip, 'select')).toEqual([]);
  expect(await rulesBrokenBy(scrip, damage)).toContain(rule);
});
