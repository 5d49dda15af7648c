import { credits } from '../../kernel/credits.js';
import type { Marks } from '../marks/marks.js';
import type { CaptureForm } from '../usage/holds/capture-forms.js';
import { toHoldUsage } from '../usage/holds/hold-usage.js';
import type { UsageRow } from '../usage/kept-counters.js';
import type {
  Balance,
  EVENT_FORM,
  Grant,
  GrantCategory,
  GrantStatus,
  Hold,
  HoldStatus,
  LINES_FORM,
  Spend,
} from './model.js';

// Rows as the driver returns them: bigints as text, instants as Date, bytes as Buffer. Those of balances, grants and
// holds also come out of JSON that Postgres has made: bigints as integers, instants as text, bytes as text in hex.

type BigintColumn = string | number;
type InstantColumn = Date | string;
type BytesColumn = Buffer | string;

export interface BalanceRow {
  account_id: string;
  balance: BigintColumn;
  held: BigintColumn;
  seq: BigintColumn;
  head_hash: BytesColumn;
  recorded_at: InstantColumn | null;
  grants_made: BigintColumn;
  holds_changed: BigintColumn;
  usage: UsageRow | null;
  included_until: InstantColumn | null;
  marks: Marks | null;
}

export interface GrantRow {
  account_id: string;
  id: string;
  ordinal: BigintColumn;
  amount: BigintColumn;
  remaining: BigintColumn;
  debt_repaid: BigintColumn;
  lapsed: BigintColumn;
  category: GrantCategory;
  priority: number;
  status: GrantStatus;
  effective_at: InstantColumn;
  expires_at: InstantColumn | null;
  cost_basis_minor: BigintColumn | null;
  cost_basis_currency: string | null;
  source_type: string;
  source_id: string;
  source_part: string;
  reason: string | null;
  actor: string | null;
  created_at: InstantColumn;
}

export interface HoldRow {
  account_id: string;
  id: string;
  amount: BigintColumn;
  captured: BigintColumn;
  status: HoldStatus;
  expires_at: InstantColumn;
  ended_at: InstantColumn | null;
  idempotency_key: string;
  created_at: InstantColumn;
  overage: BigintColumn | null;
  lines: object | null;
  reserved: object | null;
}

export interface SpendRow {
  account_id: string;
  id: string;
  seq: string;
  amount: string;
  reversed: string;
  hold_id: string | null;
  description: string | null;
  metadata: Record<string, string>;
  idempotency_key: string;
  recorded_at: Date;
}

/**
 * A spend that was found by its key, as `read_books` returns it: bigints as integers, bytes in hex, instants as text.
 */
export interface KeyedSpend {
  key_digest: string;
  account_id: string;
  seq: number;
  amount: number;
  balance_after: number;
  recorded_at: string;
  salt: number;
  held: number | null;
  grant_id: string | null;
  grant_ids: string[] | null;
  grant_amounts: number[] | null;
  description: string | null;
  metadata: string | null;
  /** Of a plain spend. */
  answer_form: null;
}

/** A spend by lines that was found by its key. */
export interface KeyedUsage extends Omit<KeyedSpend, 'answer_form'> {
  answer_form: typeof LINES_FORM;
  lines: string;
}

/** A usage event that was found by its key. */
export interface KeyedEvent extends Omit<KeyedUsage, 'answer_form'> {
  answer_form: typeof EVENT_FORM;
}

/** An entry that was found by its key. */
export type KeyedRow = KeyedSpend | KeyedUsage | KeyedEvent | KeyedCapture;

/** A capture that was found by its key, with its hold. */
export interface KeyedCapture extends Omit<KeyedSpend, 'answer_form'> {
  answer_form: CaptureForm;
  /** Of one by usage. */
  lines: string | null;
  hold: HoldRow;
}

/** A hold that was found by its key, as `read_books` returns it. */
export interface KeyedHold {
  key_digest: string;
  account_id: string;
  id: string;
  amount: number;
  created_at: string;
  asked_seconds: number | null;
  lines: object | null;
}

export const GRANT_COLUMNS =
  'account_id, id, ordinal, amount, remaining, debt_repaid, lapsed, category, priority, status, effective_at, ' +
  'expires_at, cost_basis_minor, cost_basis_currency, source_type, source_id, source_part, reason, actor, created_at';
export const HOLD_COLUMNS =
  'account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key, created_at, overage, lines, ' +
  'reserved';
export const SPEND_COLUMNS =
  'account_id, id, seq, amount, reversed, hold_id, description, metadata, idempotency_key, recorded_at';

function instant<T extends InstantColumn | null>(value: T): T extends null ? Date | null : Date;
function instant(value: InstantColumn | null): Date | null {
  return typeof value === 'string' ? new Date(value) : value;
}

/** The bytes of a column; as text they are hex behind `\\x`. */
export function bytes(value: BytesColumn): Buffer {
  return typeof value === 'string' ? Buffer.from(value.slice(2), 'hex') : value;
}

export function toBalance(row: BalanceRow): Balance {
  return {
    accountId: row.account_id,
    balance: credits(row.balance),
    held: credits(row.held),
    seq: BigInt(row.seq),
    headHash: bytes(row.head_hash),
    recordedAt: instant(row.recorded_at),
    grantsMade: BigInt(row.grants_made),
    includedUntil: row.included_until === null ? null : new Date(row.included_until),
    holdsChanged: BigInt(row.holds_changed),
    marks: row.marks,
  };
}

export function toGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    ordinal: BigInt(row.ordinal),
    amount: credits(row.amount),
    remaining: credits(row.remaining),
    debtRepaid: credits(row.debt_repaid),
    lapsed: credits(row.lapsed),
    category: row.category,
    priority: row.priority,
    status: row.status,
    effectiveAt: instant(row.effective_at),
    expiresAt: instant(row.expires_at),
    costBasis:
      row.cost_basis_minor === null || row.cost_basis_currency === null
        ? null
        : { amountMinor: BigInt(row.cost_basis_minor), currency: row.cost_basis_currency },
    source: { type: row.source_type, id: row.source_id },
    sourcePart: row.source_part,
    reason: row.reason,
    actor: row.actor,
    createdAt: instant(row.created_at),
  };
}

export function toHold(row: HoldRow): Hold {
  return {
    id: row.id,
    amount: credits(row.amount),
    captured: credits(row.captured),
    overage: credits(row.overage ?? 0),
    status: row.status,
    expiresAt: instant(row.expires_at),
    endedAt: instant(row.ended_at),
    idempotencyKey: row.idempotency_key,
    createdAt: instant(row.created_at),
    usage: toHoldUsage(row.lines, row.reserved),
  };
}

export function toSpend(row: SpendRow): Spend {
  return {
    id: row.id,
    seq: BigInt(row.seq),
    amount: credits(row.amount),
    reversed: credits(row.reversed),
    holdId: row.hold_id,
    description: row.description,
    metadata: row.metadata,
    idempotencyKey: row.idempotency_key,
    recordedAt: row.recorded_at,
  };
}
