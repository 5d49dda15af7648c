import type { Tx } from '../database/database.js';
import { IdempotencyKeyReused } from './idempotency.problems.js';

/** A key of a write that keeps its answer itself, such as an order: here only who has it is kept. */
export interface ReservedKey {
  /** The account that the write concerns: keys are scoped to it. */
  accountId: string;
  /** See `keyDigest`. */
  digest: Buffer;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/**
 * Takes a key for one request among all that are made with keys, in the transaction that records the write. The same
 * request may take it again; a concurrent one with the same key waits for this transaction.
 * @throws IdempotencyKeyReused when it belongs to a request with another fingerprint.
 */
export async function reserveKey(tx: Tx, { accountId, digest, fingerprint }: ReservedKey, now: Date): Promise<void> {
  const reserved: unknown[] = await tx.query(
    `insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
     values ($1, $2, $3, 202, 'null', $4)
     on conflict (key_digest, account_id) do nothing
     returning 1`,
    [digest, accountId, fingerprint, now],
  );
  if (reserved.length === 1) return;
  const same: unknown[] = await tx.query(
    'select 1 from idempotency_keys where key_digest = $1 and account_id = $2 and fingerprint = $3',
    [digest, accountId, fingerprint],
  );
  if (same.length === 0) throw new IdempotencyKeyReused();
}

/** Gives a key back whose write was refused after all. */
export async function freeKey(
  tx: Tx,
  { accountId, digest }: { accountId: string; digest: Buffer | null },
): Promise<void> {
  await tx.query('delete from idempotency_keys where key_digest = $1 and account_id = $2', [digest, accountId]);
}
