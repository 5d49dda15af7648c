import type { Credits } from '../../kernel/credits.js';
import type { Allocation, EntryKind, Source, Spend } from './model.js';

// What a book is asked to post.

/** What is posted, and why. */
export interface Posting {
  kind: EntryKind;
  amount: Credits;
  source: Source;
  reason?: string | null;
  actor?: string | null;
  effectiveAt?: Date;
}

/** What an entry changes: signed as in an entry. */
export interface Change {
  amount: Credits;
  debt: Credits;
  allocations: readonly Allocation[];
}

/** What a spend is of. */
export type NewSpendRequest = Pick<Spend, 'amount' | 'holdId' | 'description' | 'metadata' | 'idempotencyKey'> & {
  /** The digest of its key, where its row is to keep it; absent where that is decided later or never. */
  ownKeyDigest?: Buffer;
  /** Why, and who, of one that somebody made in place of another. */
  reason?: string;
  actor?: string | null;
};
