import { Follower } from '../../../src/reports/following/follower.js';
import { FollowMoney } from '../../../src/reports/revenue/follow-money.js';
import type { TestScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';

const soon = { withinMs: 60_000 };

/** Everything that was written is followed. */
export async function allIsFollowed(scrip: TestScrip): Promise<void> {
  await scrip.running.app.get(Follower).followAll(soon);
  await scrip.running.app.get(FollowMoney).followAll(soon);
}

/** `usd: sold = recognised + broken + returned + owed`, and the tax where there is some, of one account by now. */
export async function moneyOf(scrip: TestScrip, accountId: string): Promise<string[]> {
  await everythingIsHeard(scrip);
  await allIsFollowed(scrip);
  const rows = await scrip.sql(
    `select currency, sum(sold_minor) as sold, sum(recognised_minor) as recognised, sum(broken_minor) as broken,
       sum(returned_minor) as returned, sum(sold_minor - recognised_minor - broken_minor - returned_minor) as owed,
       sum(tax_minor) as tax
     from revenue_quarters where account_id = $1 and quarter <= $2 group by currency order by currency`,
    [accountId, scrip.clock.now()],
  );
  return rows.map(
    ({ currency, sold, recognised, broken, returned, owed, tax }) =>
      `${currency}: ${sold} = ${recognised} + ${broken} + ${returned} + ${owed}${tax === '0' ? '' : `, tax ${tax}`}`,
  );
}
