import type { Tx } from '../../database/database.js';
import type { CostBasis } from '../../ledger/book/model.js';
import type { EntryRun } from '../../ledger/history/read-runs.js';

/** An entry that is followed, or several spends as one, with what derivations have found out for those after them. */
export interface FollowedEntry extends EntryRun {
  /** What a debit has cost in money, by what the grants had cost that it took from; below 0 for what was given back. */
  readonly costs: CostBasis[];
}

/**
 * What reports need of entries, as rows of its own. Each entry is handed to it once, in order: within an account by
 * number, whatever process does it and whatever dies in between.
 */
export interface Derivation {
  /**
   * Changes its rows by the next entries of some accounts, which are in order by account and number. In the transaction
   * that notes how far the accounts were followed, under the locks of that: nobody else derives of these accounts. What
   * it needs of earlier entries it reads from rows of its own, or by keys. Rows that accounts share are to be locked in
   * the order of their keys.
   */
  derive(tx: Tx, entries: readonly FollowedEntry[]): Promise<void>;

  /**
   * Takes back what was derived of an account, at most so many rows of it, under the same lock. Returns whether that
   * was all.
   */
  clear(tx: Tx, accountId: string, limit: number): Promise<boolean>;
}

/** All derivations, in the order in which they are handed entries. To be injected. */
export const DERIVATIONS = Symbol('derivations');
