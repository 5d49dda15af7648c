import { rulesBrokenBy } from '../support/database/damage.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount } from '../support/shop/shop.js';
import { subscribed } from '../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  await subscribed(scrip, await anAccount(scrip));
});

it.each([
  ['that gives more than it was granted', 'update allowances set credits = credits + 1'],
  ['that was granted and forgets its grant', 'update allowances set grant_id = null'],
  ['of the grant of another', `update grants set source_part = 'another'`],
  [
    'that two lines have',
    `insert into allowances
     select (jsonb_populate_record(a, '{"id": "alw_again", "stripe_line_id": "il_again", "source_part": "again"}')).*
     from allowances a`,
  ],
])('the proof of the books finds an allowance %s', async (_what, damage) => {
  expect(await rulesBrokenBy(scrip, 'select')).toEqual([]);
  expect(await rulesBrokenBy(scrip, damage)).toContain('allowance-is-granted-once');
});
