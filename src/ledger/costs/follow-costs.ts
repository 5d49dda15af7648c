import type { CostBasis } from '../book/model.js';
import type { EntryFacts } from '../history/read-runs.js';
import type { SqlRunner } from '../sql-runner.js';
import { checkpointsFor } from './checkpoint.js';
import { followEntry, type LotChange } from './follow-lots.js';
import { readKnown } from './known-lots.js';
import type { Lot } from './lot.js';
import { type OwnedCheckpoint, type OwnedLot, writeCheckpoints, writeLots } from './lots.store.js';

/** What an entry has done to the lots that were paid for. */
export interface CostedEntry {
  readonly entry: EntryFacts;
  readonly changes: readonly LotChange[];
  /** By currency: what was spent, or given back of a spend, which is negative. */
  readonly costs: readonly CostBasis[];
}

/**
 * Follows the next entries of accounts, in their order, each once: writes what became of lots, and the checkpoints from
 * which it is told what each spend and reversal has cost. To be called under a lock on how far the accounts were
 * followed. Locks lots by account and grant.
 */
export async function followCosts(tx: SqlRunner, entries: readonly EntryFacts[]): Promise<CostedEntry[]> {
  const knownOf = await readKnown(tx, entries);
  const changed = new Map<Lot, OwnedLot>();
  const kept: OwnedCheckpoint[] = [];
  const costed = entries.map((entry) => {
    const known = knownOf(entry.accountId);
    const changes = followEntry(entry, known);
    for (const change of changes) {
      const { lot } = change;
      changed.set(lot, { accountId: entry.accountId, lot, seq: entry.seq });
      for (const checkpoint of checkpointsFor(entry, change)) {
        kept.push({ accountId: entry.accountId, grantId: lot.grantId, checkpoint });
        lot.checkpointSeq = checkpoint.seq;
      }
    }
    return { entry, changes, costs: costsByCurrency(entry, changes) };
  });
  await writeLots(tx, [...changed.values()].sort(byKey));
  await writeCheckpoints(tx, kept);
  return costed;
}

/** Takes back what was written of an account, at most so many rows of each kind. Returns whether that was all. */
export async function clearCosts(tx: SqlRunner, accountId: string, limit: number): Promise<boolean> {
  for (const table of ['grant_lots', 'lot_checkpoints']) {
    const [, deleted]: [unknown[], number] = await tx.query(
      `delete from ${table} where ctid = any(array(select ctid from ${table} where account_id = $1 limit $2))`,
      [accountId, limit],
    );
    if (deleted === limit) return false;
  }
  return true;
}

function byKey(a: OwnedLot, b: OwnedLot): number {
  if (a.accountId !== b.accountId) return a.accountId < b.accountId ? -1 : 1;
  return a.lot.grantId < b.lot.grantId ? -1 : 1;
}

/** What a spend has cost by its allocations, or what was given back of it, below 0. Other entries have no cost. */
export function allocationCosts(entry: EntryFacts, changes: readonly LotChange[]): (CostBasis | null)[] {
  if (entry.kind !== 'spend' && entry.kind !== 'spend_reversal') return [];
  const byGrant = new Map(changes.map((change) => [change.lot.grantId, costOf(change)]));
  return entry.allocations.map(({ grantId }) => byGrant.get(grantId) ?? null);
}

/** By currency: what was spent, or given back of a spend, which is negative. Other entries have no cost. */
export function costsByCurrency({ kind }: EntryFacts, changes: readonly LotChange[]): CostBasis[] {
  if (kind !== 'spend' && kind !== 'spend_reversal') return [];
  const byCurrency = new Map<string, bigint>();
  for (const { amountMinor, currency } of changes.map(costOf))
    byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + amountMinor);
  return [...byCurrency].map(([currency, amountMinor]) => ({ amountMinor, currency }));
}

function costOf({ lot, before, after }: LotChange): CostBasis {
  return { amountMinor: after.spentMinor - before.spentMinor, currency: lot.currency };
}
