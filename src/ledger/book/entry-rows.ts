import { type Credits, credits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import { ulidBytes, ulidText } from '../../kernel/ulid-bytes.js';
import type { Allocation, Entry, EntryKind } from './model.js';
import { spendIdOf } from './spend-id.js';

// An entry is a row of `entry_rows`, or of `entries_v1` if it was written before that table was there or by a process
// that does not write it yet. Both are read as one.

const GRANT_PREFIX = 'grt_';

/** The letters that stand for kinds in `entry_rows`. */
export const KIND_LETTERS: Readonly<Record<EntryKind, string>> = {
  grant: 'g',
  spend: 's',
  spend_reversal: 'r',
  expiry: 'e',
  void: 'v',
  refund_reversal: 'f',
  dispute_reversal: 'd',
  reinstatement: 'i',
  adjustment: 'a',
};
const KINDS = new Map(Object.entries(KIND_LETTERS).map(([kind, letter]) => [letter, kind as EntryKind]));

/** An entry as the driver returns it, of either form: bigints as text, instants as Date. */
export interface EntryRow {
  account_id: string;
  seq: string;
  /** A letter in `entry_rows`. */
  kind: string;
  amount: string;
  balance_after: string;
  debt: string | null;
  source_type: string | null;
  source_id: string | null;
  reason: string | null;
  actor: string | null;
  effective_at: Date | null;
  recorded_at: Date;
  hash: Buffer;
  /** Of `entries_v1`. */
  allocations: { grantId: string; amount: number }[] | null;
  /** Of `entry_rows`: bytes in hex. */
  grant_id: string | null;
  grant_ids: string[] | null;
  grant_amounts: string[] | null;
  salt: number | null;
}

/** The same with what its row keeps of lines, as JSON. */
export interface EntryRowWithLines extends EntryRow {
  lines: string | null;
}

const OF_ROWS =
  'account_id, seq, kind::text as kind, amount, balance_after, debt, source_type, source_id, reason, actor, ' +
  'effective_at, recorded_at, hash, null::jsonb as allocations, grant_id, grant_ids::text[] as grant_ids, ' +
  'grant_amounts::text[] as grant_amounts, salt, lines::text as lines';
const OF_V1 =
  'account_id, seq, kind, amount, balance_after, debt, source_type, source_id, reason, actor, effective_at, ' +
  'recorded_at, hash, allocations, null::uuid as grant_id, null::text[] as grant_ids, null::text[] as grant_amounts, ' +
  'null::integer as salt, null::text as lines';

/** What is selected besides, of each form. */
export interface MoreColumns {
  readonly rows: string;
  readonly v1: string;
}

/** Of spends, as it was written: jsonb has names in its own order. */
export const METADATA_TEXT: MoreColumns = { rows: 'metadata::text as metadata', v1: 'null::text as metadata' };

/**
 * The query for entries of both forms that a condition names: one for both, or one for each where the columns `kind`,
 * `source_type`, `source_id` or `effective_at` are asked for, which are null or letters in `entry_rows`. To put it in
 * order and cut it off see `firstEntries`.
 */
export function entriesWhere(condition: string | { rows: string; v1: string }, more?: MoreColumns): string {
  const { rows, v1 } = typeof condition === 'string' ? { rows: condition, v1: condition } : condition;
  return `${ofRowsWhere(rows, more)}\nunion all\n${entriesOfV1Where(v1, more)}`;
}

/**
 * The query for the first entries of both forms in an order. Each form is cut off by itself: otherwise Postgres would
 * put in order all that the condition names, which may be a whole history.
 */
export function firstEntries(condition: string, { order, limit }: { order: string; limit: string }): string {
  const first = `order by ${order} limit ${limit}`;
  return `(${ofRowsWhere(condition)} ${first})\nunion all\n(${entriesOfV1Where(condition)} ${first})\n${first}`;
}

function ofRowsWhere(condition: string, more?: MoreColumns): string {
  return `select ${OF_ROWS}${more === undefined ? '' : `, ${more.rows}`} from entry_rows where ${condition}`;
}

/** The query for entries in the form of three rows alone. */
export function entriesOfV1Where(condition: string, more?: MoreColumns): string {
  return `select ${OF_V1}${more === undefined ? '' : `, ${more.v1}`} from entries_v1 where ${condition}`;
}

export function toEntry(row: EntryRow): Entry {
  const amount = credits(row.amount);
  const balanceAfter = credits(row.balance_after);
  return {
    accountId: row.account_id,
    seq: BigInt(row.seq),
    kind: kindOf(row.kind),
    amount,
    balanceBefore: credits(balanceAfter - amount),
    balanceAfter,
    debt: credits(row.debt ?? 0),
    source: sourceOf(row),
    allocations:
      row.allocations?.map(({ grantId, amount }) => ({ grantId, amount: credits(amount) })) ??
      allocationsOf(row, amount),
    reason: row.reason,
    actor: row.actor,
    effectiveAt: row.effective_at ?? row.recorded_at,
    recordedAt: row.recorded_at,
    hash: row.hash,
  };
}

/** The kind that a row of either form names. */
export function kindOf(kind: string): EntryKind {
  return KINDS.get(kind) ?? (kind as EntryKind);
}

/** The entry of a spend names its spend, by an id that is made of the row. */
function sourceOf({ source_type, source_id, recorded_at, seq, salt }: EntryRow): Entry['source'] {
  if (source_type !== null && source_id !== null) return { type: source_type, id: source_id };
  return { type: 'spend', id: spendIdOf({ recordedMs: recorded_at.getTime(), seq: BigInt(seq), salt: salt ?? 0 }) };
}

/** How a row of `entry_rows` names grants. */
export interface GrantsOfRow {
  grant_id: string | null;
  grant_ids: readonly string[] | null;
  grant_amounts: readonly (string | number)[] | null;
}

/** What an entry of so many credits was taken from or put into. */
export function allocationsOf(row: GrantsOfRow, amount: Credits): Allocation[] {
  if (row.grant_id !== null)
    return [{ grantId: grantIdOf(row.grant_id), amount: amount < 0n ? credits(-amount) : amount }];
  return (row.grant_ids ?? []).map((hex, index) => ({
    grantId: grantIdOf(hex),
    amount: credits(row.grant_amounts?.[index] ?? 0),
  }));
}

function grantIdOf(uuid: string): string {
  return GRANT_PREFIX + ulidText(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
}

/** The bytes that stand for a grant in `entry_rows`. */
export function bytesOfGrant(id: string): Buffer {
  const bytes = ulidBytes(id);
  invariant(bytes !== undefined, () => `grant ${id} has the id of a grant`);
  return bytes;
}
