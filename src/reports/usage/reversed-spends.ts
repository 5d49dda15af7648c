import type { Tx } from '../../database/database.js';
import { readEntryCosts } from '../../ledger/costs/entry-costs.store.js';
import { readReversedSpends } from '../../ledger/history/read-history.js';
import type { EntryRun } from '../../ledger/history/read-runs.js';
import type { FollowedEntry } from '../following/derivation.js';

/**
 * The spends that the reversals among some entries give back, each with all that was ever given back of it, in order,
 * and with what these had cost as far as they were followed: see `readReversedSpends`.
 */
export async function reversedSpends(tx: Tx, entries: readonly EntryRun[]): Promise<Map<string, FollowedEntry[]>> {
  const spends = await readReversedSpends(
    tx,
    entries.filter(({ entry }) => entry.kind === 'spend_reversal'),
  );
  if (spends.size === 0) return new Map();
  const costs = await readEntryCosts(
    tx,
    [...spends.values()].flat().map(({ entry }) => entry),
  );
  const costsOf = ({ entry }: EntryRun) =>
    (costs.get(`${entry.accountId} ${entry.seq}`) ?? []).filter((cost) => cost !== null);
  return new Map(
    [...spends].map(([name, recorded]) => [name, recorded.map((one) => ({ ...one, costs: costsOf(one) }))]),
  );
}
