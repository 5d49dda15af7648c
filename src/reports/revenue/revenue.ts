import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { clearCosts, followCosts } from '../../ledger/costs/follow-costs.js';
import { headsOf } from '../../ledger/history/heads.js';
import type { Derivation, FollowedEntry } from '../following/derivation.js';
import { countRevenue } from './count-revenue.js';
import { clearPurchases, forgetFollowedMoney, type MoneyChange, readNewMoney } from './purchases.store.js';
import { clearRevenue } from './revenue.store.js';

/**
 * What entries have cost, and what became of the money that grants were paid with. Money of orders that has moved with
 * entries is counted with them, what moves by itself or later by `FollowMoney`.
 */
@Injectable()
export class Revenue implements Derivation {
  async derive(tx: Tx, entries: readonly FollowedEntry[]): Promise<void> {
    const costed = await followCosts(
      tx,
      entries.map(({ entry }) => entry),
    );
    for (const [place, { costs }] of costed.entries()) entries[place]?.costs.push(...costs);
    await countRevenue(tx, { entries: costed, money: await moneySoFar(tx, entries) });
  }

  async clear(tx: Tx, accountId: string, limit: number): Promise<boolean> {
    if (!(await clearCosts(tx, accountId, limit))) return false;
    if ((await clearPurchases(tx, accountId, limit)) === limit) return false;
    if ((await clearRevenue(tx, accountId, limit)) === limit) return false;
    await forgetFollowedMoney(tx, accountId);
    return true;
  }
}

/**
 * Changes of money that belong to entries so far: all of an account that has no more entries, else those that were
 * noted by the time of the last one. They are read before the heads, so that of none of them an entry is still to come.
 */
async function moneySoFar(tx: Tx, entries: readonly FollowedEntry[]): Promise<MoneyChange[]> {
  const last = new Map(entries.map(({ entry }) => [entry.accountId, entry]));
  const noted = await readNewMoney(tx, [...last.keys()]);
  if (noted.length === 0) return noted;
  const heads = await headsOf(tx, [...new Set(noted.map(({ accountId }) => accountId))]);
  const complete = new Set(
    heads.filter(({ accountId, seq }) => last.get(accountId)?.seq === seq).map(({ accountId }) => accountId),
  );
  return noted.filter(({ accountId, at }) => complete.has(accountId) || at <= (last.get(accountId)?.recordedAt ?? 0));
}
