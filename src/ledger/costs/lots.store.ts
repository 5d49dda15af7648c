import { credits } from '../../kernel/credits.js';
import type { EntrySpan } from '../history/read-history.js';
import type { SqlRunner } from '../sql-runner.js';
import type { Checkpoint } from './checkpoint.js';
import type { Lot } from './lot.js';

export interface OwnedLot {
  readonly accountId: string;
  readonly lot: Lot;
  /** The last entry that has changed it, or the last of several that were followed as one. */
  readonly seq: bigint;
}

interface LotRow {
  account_id: string;
  grant_id: string;
  source_type: string;
  source_id: string;
  source_part: string;
  currency: string;
  amount: string;
  basis_minor: string;
  spent: string;
  lapsed: string;
  taken: string;
  moving: string;
  seq: string;
  checkpoint_seq: string;
}

const COLUMNS =
  'account_id, grant_id, source_type, source_id, source_part, currency, amount, basis_minor, spent, lapsed, taken, ' +
  'moving, seq, checkpoint_seq';

export async function readLotsByGrant(
  db: SqlRunner,
  named: readonly { accountId: string; id: string }[],
): Promise<OwnedLot[]> {
  if (named.length === 0) return [];
  const rows: LotRow[] = await db.query(
    `select ${COLUMNS} from grant_lots where (account_id, grant_id) in (select * from unnest($1::text[], $2::text[]))`,
    [named.map(({ accountId }) => accountId), named.map(({ id }) => id)],
  );
  return rows.map(toLot);
}

/** Those of one purchase in the order in which they were made. */
export async function readLotsByPurchase(
  db: SqlRunner,
  purchases: readonly { accountId: string; type: string; id: string }[],
): Promise<OwnedLot[]> {
  if (purchases.length === 0) return [];
  const rows: LotRow[] = await db.query(
    `select ${COLUMNS} from grant_lots
     where (account_id, source_id, source_type) in (select * from unnest($1::text[], $2::text[], $3::text[]))
     order by grant_id`,
    [purchases.map(({ accountId }) => accountId), purchases.map(({ id }) => id), purchases.map(({ type }) => type)],
  );
  return rows.map(toLot);
}

/**
 * Writes lots that are new, and over those that have changed. To be called under a lock on how far their accounts were
 * followed.
 */
export async function writeLots(tx: SqlRunner, lots: readonly OwnedLot[]): Promise<void> {
  if (lots.length === 0) return;
  const of = (value: (owned: OwnedLot) => string | bigint) => lots.map((owned) => `${value(owned)}`);
  await tx.query(
    `insert into grant_lots (${COLUMNS})
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
       $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])
     on conflict on constraint pk_grant_lots do update set amount = excluded.amount,
       basis_minor = excluded.basis_minor, spent = excluded.spent, lapsed = excluded.lapsed, taken = excluded.taken,
       moving = excluded.moving, seq = excluded.seq, checkpoint_seq = excluded.checkpoint_seq`,
    [
      of(({ accountId }) => accountId),
      of(({ lot }) => lot.grantId),
      of(({ lot }) => lot.purchase.type),
      of(({ lot }) => lot.purchase.id),
      of(({ lot }) => lot.part),
      of(({ lot }) => lot.currency),
      of(({ lot }) => lot.amount),
      of(({ lot }) => lot.basisMinor),
      of(({ lot }) => lot.spent),
      of(({ lot }) => lot.lapsed),
      of(({ lot }) => lot.taken),
      of(({ lot }) => lot.moving),
      of(({ seq }) => seq),
      of(({ lot, seq }) => lot.checkpointSeq ?? seq),
    ],
  );
}

/** A lot as it stood after an entry. */
export interface OwnedCheckpoint {
  readonly accountId: string;
  readonly grantId: string;
  readonly checkpoint: Checkpoint;
}

/** Each is written once, in the transaction that notes how far its account was followed. */
export async function writeCheckpoints(tx: SqlRunner, kept: readonly OwnedCheckpoint[]): Promise<void> {
  if (kept.length === 0) return;
  await tx.query(
    `insert into lot_checkpoints (account_id, grant_id, seq, amount, basis_minor, spent)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])`,
    [
      kept.map(({ accountId }) => accountId),
      kept.map(({ grantId }) => grantId),
      kept.map(({ checkpoint }) => `${checkpoint.seq}`),
      kept.map(({ checkpoint }) => `${checkpoint.amount}`),
      kept.map(({ checkpoint }) => `${checkpoint.basisMinor}`),
      kept.map(({ checkpoint }) => `${checkpoint.spent}`),
    ],
  );
}

interface CheckpointRow {
  account_id: string;
  grant_id: string;
  seq: string;
  amount: string;
  basis_minor: string;
  spent: string;
}

/** Those behind some entries of accounts, in the order of accounts and numbers. */
export async function readCheckpoints(db: SqlRunner, spans: readonly EntrySpan[]): Promise<OwnedCheckpoint[]> {
  const rows: CheckpointRow[] = await db.query(
    `select kept.account_id, grant_id, seq, amount, basis_minor, spent
     from unnest($1::text[], $2::bigint[], $3::bigint[]) as span (account_id, first, last)
     join lot_checkpoints kept on kept.account_id = span.account_id and seq between first and last
     order by kept.account_id, seq`,
    [spans.map(({ accountId }) => accountId), spans.map(({ from }) => `${from}`), spans.map(({ to }) => `${to}`)],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    grantId: row.grant_id,
    checkpoint: {
      seq: BigInt(row.seq),
      amount: BigInt(row.amount),
      basisMinor: BigInt(row.basis_minor),
      spent: BigInt(row.spent),
    },
  }));
}

function toLot(row: LotRow): OwnedLot {
  const lot = {
    grantId: row.grant_id,
    purchase: { type: row.source_type, id: row.source_id },
    part: row.source_part,
    currency: row.currency,
    amount: credits(row.amount),
    basisMinor: BigInt(row.basis_minor),
    spent: credits(row.spent),
    lapsed: credits(row.lapsed),
    taken: credits(row.taken),
    moving: credits(row.moving),
    checkpointSeq: BigInt(row.checkpoint_seq),
  };
  return { accountId: row.account_id, lot, seq: BigInt(row.seq) };
}
