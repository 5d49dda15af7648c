import type { Credits } from '../../kernel/credits.js';
import type { Entry, Grant, Hold } from '../book/model.js';

/** A reversal of a spend, and how the account stood behind it. */
export interface Reversed {
  readonly spendId: string;
  readonly entry: Entry;
  /** What of the spend was given back so far. */
  readonly reversed: Credits;
  readonly balance: Credits;
  readonly available: Credits;
}

interface AccountStanding {
  readonly balance: Credits;
  readonly held: Credits;
}

/**
 * What a decision has done to an account that somebody outside may want to hear of. `at` is when it happened. Grants
 * and holds are told as they are when the book is written.
 */
export type NotedEvent = { readonly at: Date } & (
  | { readonly type: 'grant.created'; readonly grant: Grant }
  /** `lapsed` is what ended unspent by this. */
  | { readonly type: 'grant.expired' | 'grant.voided'; readonly grant: Grant; readonly lapsed: Credits }
  | { readonly type: 'spend.reversed'; readonly reversed: Reversed }
  | { readonly type: 'hold.expired'; readonly hold: Hold }
  | (AccountStanding & { readonly type: 'balance.depleted' | 'balance.recovered' })
  /** `below` is that of the alert with this key. */
  | (AccountStanding & { readonly type: 'balance.low'; readonly alert: string; readonly below: Credits })
);
