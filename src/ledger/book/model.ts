import type { Credits } from '../../kernel/credits.js';
import type { Marks } from '../marks/marks.js';
import type { CaptureForm } from '../usage/holds/capture-forms.js';
import type { HoldUsage } from '../usage/holds/hold-usage.js';
import type { SpendUsage } from '../usage/kept-lines.js';

export type EntryKind =
  | 'grant'
  | 'spend'
  | 'spend_reversal'
  | 'expiry'
  | 'void'
  | 'refund_reversal'
  | 'dispute_reversal'
  | 'reinstatement'
  | 'adjustment';

export type GrantCategory = 'paid' | 'promotional';
export type GrantStatus = 'pending' | 'active' | 'depleted' | 'expired' | 'voided';
export const HOLD_STATUSES = ['active', 'captured', 'released', 'expired'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** What caused an entry or a grant, in the words of the room that knows it: a payment intent, a spend, a grant. */
export interface Source {
  readonly type: string;
  readonly id: string;
}

/** What a grant was bought with, in minor units of the currency (ISO 4217, lower case). */
export interface CostBasis {
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Credits that an entry took from a grant or put into it: always positive, the entry's sign tells which. */
export interface Allocation {
  readonly grantId: string;
  readonly amount: Credits;
}

/** The row that is locked: what an account has. `available = balance - held`. */
export interface Balance {
  readonly accountId: string;
  /** Posted credits; negative is debt. */
  balance: Credits;
  /** What active holds still hold. */
  held: Credits;
  /** Number of the last entry; 0 before the first. */
  seq: bigint;
  /** Hash of the last entry; 32 zero bytes before the first. */
  headHash: Buffer;
  /** When the last entry was recorded; it never decreases along `seq`. */
  recordedAt: Date | null;
  /** How many grants this account was ever given: the source of their order of creation. */
  grantsMade: bigint;
  /**
   * How often its holds have changed, or what it has included has by itself, so that who remembers them notices: not
   * all of that shows in `held`, or in an entry.
   */
  holdsChanged: bigint;
  /** Until when what it was ever given to include may cover usage; null where it has never included anything. */
  includedUntil: Date | null;
  /** What is compared with what is available; null where nothing is. Replaced where it changes. */
  marks: Marks | null;
}

/** A lot of credits. `0 <= remaining <= amount` at all times. */
export interface Grant {
  readonly id: string;
  /** Order of creation within the account. */
  readonly ordinal: bigint;
  readonly amount: Credits;
  remaining: Credits;
  /** What of the amount paid debt off when it was posted. */
  debtRepaid: Credits;
  /** What expired or was voided unspent, ever. */
  lapsed: Credits;
  readonly category: GrantCategory;
  /** 0 to 100, lower is taken first. */
  readonly priority: number;
  status: GrantStatus;
  readonly effectiveAt: Date;
  readonly expiresAt: Date | null;
  readonly costBasis: CostBasis | null;
  readonly source: Source;
  /** Tells several grants of one source apart; empty for an only one. */
  readonly sourcePart: string;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly createdAt: Date;
}

/** What a grant is made of. */
export interface NewGrant {
  amount: Credits;
  category: Grant['category'];
  source: Source;
  sourcePart?: string;
  priority?: number;
  effectiveAt?: Date;
  expiresAt?: Date | null;
  costBasis?: Grant['costBasis'];
  reason?: string | null;
  actor?: string | null;
}

/** Credits put aside for a job that runs. It picks no grants until it is captured. */
export interface Hold {
  readonly id: string;
  readonly amount: Credits;
  /** What of the amount was captured. */
  captured: Credits;
  /** What was captured beyond it. */
  overage: Credits;
  status: HoldStatus;
  expiresAt: Date;
  /** When it was captured, released or passed its deadline; null while it is active. */
  endedAt: Date | null;
  readonly idempotencyKey: string;
  readonly createdAt: Date;
  /** Null of a hold of an amount. */
  readonly usage: HoldUsage | null;
}

export interface Spend {
  readonly id: string;
  readonly seq: bigint;
  readonly amount: Credits;
  /** What of it was given back. */
  reversed: Credits;
  readonly holdId: string | null;
  readonly description: string | null;
  /** Null where none was sent. */
  readonly metadata: Record<string, string> | null;
  readonly idempotencyKey: string;
  readonly recordedAt: Date;
  /** Its lines, where it is of usage and they are known. */
  usage?: SpendUsage;
}

/** A spend that was decided and is not written yet. */
export interface NewSpend extends Spend {
  /** See `spendIdOf`. */
  readonly salt: number;
  /** Null where its answer is stored with its key, as that of a capture is that does not end its hold. */
  ownKey: SpendKey | null;
}

/** What the row of a spend keeps of its request, so that it can be told again what was answered. */
export interface SpendKey {
  /** See `keyDigest`. */
  readonly digest: Buffer;
  /** What active holds held behind the spend: what could be spent then is the balance less this. */
  readonly held: Credits;
  /** Which request for a capture it was; null for a spend. */
  readonly captureForm: CaptureForm | null;
}

/** What stands in the place of a capture's form in the row of a spend by lines. */
export const LINES_FORM = 4;

/** The same in the row of a usage event. */
export const EVENT_FORM = 5;

/** What the row of a hold keeps of its request, so that it can be told again what was answered. */
export interface HoldKey {
  /** See `keyDigest`. */
  readonly digest: Buffer;
  /** How long it was to hold; null where that was left out. */
  readonly askedSeconds: number | null;
}

/** One line of the append-only ledger. `|amount| = sum(allocations) + |debt|`. */
export interface Entry {
  readonly accountId: string;
  readonly seq: bigint;
  readonly kind: EntryKind;
  /** Signed: positive credits the account. */
  readonly amount: Credits;
  readonly balanceBefore: Credits;
  readonly balanceAfter: Credits;
  /** Signed change of the account's debt: negative when debt was repaid. */
  readonly debt: Credits;
  readonly source: Source;
  readonly allocations: readonly Allocation[];
  readonly reason: string | null;
  readonly actor: string | null;
  /** When it happened; before `recordedAt` where it was only written down later, as an expiry is. */
  readonly effectiveAt: Date;
  readonly recordedAt: Date;
  readonly hash: Buffer;
}
