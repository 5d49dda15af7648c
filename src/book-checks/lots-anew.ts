import type { Tx } from '../database/database.js';
import type { CostBasis, Entry } from '../ledger/book/model.js';
import { toGrant } from '../ledger/book/rows.js';
import { readEntryCosts } from '../ledger/costs/entry-costs.store.js';
import { allocationCosts, costsByCurrency } from '../ledger/costs/follow-costs.js';
import { followEntry } from '../ledger/costs/follow-lots.js';
import { KnownLots, readGrants } from '../ledger/costs/known-lots.js';
import type { Lot } from '../ledger/costs/lot.js';

/**
 * Follows what became of what grants had cost once more, from the first entry of each account on, and says what is kept
 * otherwise. What it needs of memory are the lots of the accounts that are being read.
 */
export class LotsAnew {
  private readonly known = new Map<string, KnownLots>();

  constructor(private readonly note: (accountId: string, detail: string) => void) {}

  /** Takes the next entries, by account and number. Returns the costs of each: what was spent, or given back. */
  async follow(tx: Tx, entries: readonly Entry[]): Promise<CostBasis[][]> {
    for (const row of await readGrants(tx, entries)) this.of(row.account_id).addGrant(toGrant(row));
    const kept = await readEntryCosts(
      tx,
      entries.filter(({ kind }) => kind === 'spend' || kind === 'spend_reversal'),
    );
    return entries.map((entry) => {
      const changes = followEntry(entry, this.of(entry.accountId));
      const costs = textOf(allocationCosts(entry, changes));
      const is = textOf(kept.get(`${entry.accountId} ${entry.seq}`) ?? []);
      if (costs !== is) this.note(entry.accountId, `entry ${entry.seq}: kept is [${is}], it has cost [${costs}]`);
      return costsByCurrency(entry, changes);
    });
  }

  /** Compares the lots of accounts of which all entries were followed, and forgets them. */
  async compare(tx: Tx, accountIds: readonly string[]): Promise<void> {
    const rows: { account_id: string; grant_id: string; is: string }[] = await tx.query(
      `select account_id, grant_id,
         concat_ws(' ', amount, basis_minor, currency, spent, lapsed, taken, moving, source_type, source_id) as is
       from grant_lots where account_id = any($1)`,
      [accountIds],
    );
    const kept = Map.groupBy(rows, ({ account_id }) => account_id);
    for (const accountId of accountIds) {
      const lots = this.of(accountId).lots;
      const is = new Map((kept.get(accountId) ?? []).map((row) => [row.grant_id, row.is]));
      for (const grantId of new Set([...is.keys(), ...lots.keys()])) {
        const should = lotText(lots.get(grantId));
        if (is.get(grantId) !== should)
          this.note(accountId, `lot ${grantId}: kept is ${is.get(grantId)}, entries say ${should}`);
      }
      this.known.delete(accountId);
    }
  }

  private of(accountId: string): KnownLots {
    const known = this.known.get(accountId) ?? new KnownLots();
    this.known.set(accountId, known);
    return known;
  }
}

/** Only what cost something: where nothing did, nothing is kept. */
function textOf(costs: readonly (CostBasis | null)[]): string {
  if (costs.every((cost) => cost === null)) return '';
  return costs.map((cost) => (cost === null ? '-' : `${cost.amountMinor} ${cost.currency}`)).join(', ');
}

function lotText(lot: Lot | undefined): string | undefined {
  if (lot === undefined) return undefined;
  const { amount, basisMinor, currency, spent, lapsed, taken, moving, purchase } = lot;
  return [amount, basisMinor, currency, spent, lapsed, taken, moving, purchase.type, purchase.id].join(' ');
}
