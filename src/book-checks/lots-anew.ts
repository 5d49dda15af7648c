import type { Tx } from '../database/database.js';
import type { CostBasis, Entry } from '../ledger/book/model.js';
import { toGrant } from '../ledger/book/rows.js';
import { costsByCurrency } from '../ledger/costs/follow-costs.js';
import { followEntry } from '../ledger/costs/follow-lots.js';
import { KnownLots, readGrants } from '../ledger/costs/known-lots.js';
import type { Lot } from '../ledger/costs/lot.js';
import { readCheckpoints } from '../ledger/costs/lots.store.js';
import { CheckpointsAnew } from './checkpoints-anew.js';

/**
 * Follows what became of what grants had cost once more, from the first entry of each account on, and says what is kept
 * otherwise. What it needs of memory are the lots of the accounts that are being read.
 */
export class LotsAnew {
  private readonly known = new Map<string, KnownLots>();
  private readonly kept = new Map<string, CheckpointsAnew>();

  constructor(private readonly note: (accountId: string, detail: string) => void) {}

  /** Takes the next entries, by account and number. Returns the costs of each: what was spent, or given back. */
  async follow(tx: Tx, entries: readonly Entry[]): Promise<CostBasis[][]> {
    for (const row of await readGrants(tx, entries)) this.of(row.account_id).addGrant(toGrant(row));
    const spans = [...Map.groupBy(entries, ({ accountId }) => accountId)].map(([accountId, ofAccount]) => ({
      accountId,
      from: ofAccount[0]?.seq ?? 0n,
      to: ofAccount.at(-1)?.seq ?? 0n,
    }));
    for (const owned of await readCheckpoints(tx, spans)) this.keptOf(owned.accountId).add(owned);
    return entries.map((entry) => {
      const changes = followEntry(entry, this.of(entry.accountId));
      for (const change of changes) {
        const fault = this.keptOf(entry.accountId).follow(entry, change);
        if (fault !== undefined) this.note(entry.accountId, `lot ${change.lot.grantId}: ${fault}`);
      }
      return costsByCurrency(entry, changes);
    });
  }

  /** Compares the lots of accounts of which all entries were followed, and forgets them. */
  async compare(tx: Tx, accountIds: readonly string[]): Promise<void> {
    const rows: { account_id: string; grant_id: string; is: string }[] = await tx.query(
      `select account_id, grant_id,
         concat_ws(' ', amount, basis_minor, currency, spent, lapsed, taken, moving, source_type, source_id,
           checkpoint_seq, kept_after) as is
       from (select * from grant_lots where account_id = any($1)) lots
       full join (
         select account_id, grant_id, max(seq) as kept_after from lot_checkpoints where account_id = any($1)
         group by account_id, grant_id) kept using (account_id, grant_id)`,
      [accountIds],
    );
    const kept = Map.groupBy(rows, ({ account_id }) => account_id);
    for (const accountId of accountIds) {
      const lots = this.of(accountId).lots;
      const is = new Map((kept.get(accountId) ?? []).map((row) => [row.grant_id, row.is]));
      for (const grantId of new Set([...is.keys(), ...lots.keys()])) {
        const lot = lots.get(grantId);
        const { keptAfter, fault } = this.keptOf(accountId).end(grantId, lot);
        if (fault !== undefined) this.note(accountId, `lot ${grantId}: ${fault}`);
        const should = lot && `${lotText(lot)} ${keptAfter} ${keptAfter}`;
        if (is.get(grantId) !== should)
          this.note(accountId, `lot ${grantId}: kept is ${is.get(grantId)}, entries say ${should}`);
      }
      this.known.delete(accountId);
      this.kept.delete(accountId);
    }
  }

  private keptOf(accountId: string): CheckpointsAnew {
    const kept = this.kept.get(accountId) ?? new CheckpointsAnew();
    this.kept.set(accountId, kept);
    return kept;
  }

  private of(accountId: string): KnownLots {
    const known = this.known.get(accountId) ?? new KnownLots();
    this.known.set(accountId, known);
    return known;
  }
}

function lotText(lot: Lot): string {
  const { amount, basisMinor, currency, spent, lapsed, taken, moving, purchase } = lot;
  return [amount, basisMinor, currency, spent, lapsed, taken, moving, purchase.type, purchase.id].join(' ');
}
