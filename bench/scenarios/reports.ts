import { setTimeout as sleep } from 'node:timers/promises';
import { addMonths } from '../../src/kernel/clock.js';
import type { Scenario } from '../contest.js';
import { accountIds, HOT_ACCOUNT } from '../load/job.js';
import type { SeededAccount } from '../seed/scrip-ledger.js';
import { SPENDS, seedUsageRollups } from '../seed/usage-rollups.js';
import type { Side } from '../side.js';
import { HOT, SPREAD } from '../stage.js';
import type { Workbench } from '../workbench.js';
import { overHttp } from './contestants.js';

/** Entries of each account that the follower of the service finds when it starts. */
const ENTRIES_TO_FOLLOW = 20;

export function accountsToFollow(): SeededAccount[] {
  return [...accountIds(HOT), ...accountIds(SPREAD)].map((accountId) => ({ accountId, entries: ENTRIES_TO_FOLLOW }));
}

/** Waits until the service has followed all entries, and adds the sums of many more. Returns the rate of following. */
export async function stageUsage(side: Side, bench: Workbench): Promise<number> {
  if (side.url === undefined) throw new Error('reports are asked of Scrip');
  return bench.withClient(side.url, async (client) => {
    const followed = async () => Number((await client.query('select sum(seq) from followed_accounts')).rows[0].sum);
    const total = accountsToFollow().length * ENTRIES_TO_FOLLOW;
    const [from, before] = [performance.now(), await followed()];
    while ((await followed()) < total) await sleep(100);
    const perSecond = ((total - before) * 1_000) / (performance.now() - from);
    await seedUsageRollups(client);
    return perSecond;
  });
}

/** Reports on the month of ten million spends. */
export function reports(side: Side, followedPerSecond: number): Scenario {
  const thisMonth = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth()));
  const from = addMonths(thisMonth, -1).toISOString();
  const month = `from=${from}&to=${thisMonth.toISOString()}`;
  const one = (id: string, label: string, paths: string[]) => ({
    ...overHttp(side, 1, { kind: 'get', paths }, label),
    id,
  });
  return {
    id: 'reports',
    title: `Reports on a month of ${SPENDS / 1e6} million spends`,
    unit: 'reports',
    promisedShare: 0.95,
    note:
      'One line each, of five models and two kinds, of 10,000 accounts and a busy one that has a tenth of them. Their ' +
      'sums were made by SQL as the follower derives them. The follower itself followed spends of amounts, over ' +
      `10,000 accounts, at ${Math.round(followedPerSecond).toLocaleString('en')} a second, in the pauses that it ` +
      'makes for others.',
    contestants: [
      one('busy', 'the busy account, by day and model', [`/v1/accounts/${HOT_ACCOUNT}/usage?by=day,model&${month}`]),
      one(
        'account',
        'an account, by day and model',
        accountIds(SPREAD).map((id) => `/v1/accounts/${id}/usage?by=day,model&${month}`),
      ),
      one('all', 'all accounts, by day and model', [`/v1/usage?by=day,model&${month}&timezone=Europe/Berlin`]),
      one('hours', 'all accounts, by hour', [`/v1/usage?by=hour&${month}&timezone=Asia/Kathmandu`]),
      one('top', 'top accounts of the month', [`/v1/usage/top-accounts?${month}`]),
      one('top-of-quarters', 'top accounts of 28 days from 06:15', [
        `/v1/usage/top-accounts?from=${from.replace('00:00', '06:15')}&to=${thisMonth.toISOString().replace('00:00', '06:15')}`,
      ]),
    ],
  };
}
