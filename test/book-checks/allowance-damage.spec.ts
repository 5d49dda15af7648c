import { type BookFinding, checkBooks } from '../../src/book-checks/check-books.js';
import { Database } from '../../src/database/database.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount } from '../support/shop/shop.js';
import { subscribed } from '../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  await subscribed(scrip, await anAccount(scrip));
});

async function rulesBrokenBy(damage: string): Promise<string[]> {
  const findings: BookFinding[] = [];
  const takenBack = new Error('the damage is taken back');
  const damaged = scrip.running.app.get(Database).transaction(async (tx) => {
    await tx.query(damage);
    findings.push(...(await checkBooks(tx)).findings);
    throw takenBack;
  });
  await expect(damaged).rejects.toBe(takenBack);
  return findings.map(({ rule }) => rule);
}

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
  expect(await rulesBrokenBy('select')).toEqual([]);
  expect(await rulesBrokenBy(damage)).toContain('allowance-is-granted-once');
});
