import type { Tx } from '../../database/database.js';
import type { RecordedEntry } from '../../ledger/history/read-history.js';

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
  derive(tx: Tx, entries: readonly RecordedEntry[]): Promise<void>;

  /**
   * Takes back what was derived of an account, at most so many rows of it, under the same lock. Returns whether that
   * was all.
   */
  clear(tx: Tx, accountId: string, limit: number): Promise<boolean>;
}

/** All derivations, in the order in which they are handed entries. To be injected. */
export const DERIVATIONS = Symbol('derivations');
