import type { Tx } from '../database/database.js';
import { IdempotencyKeyReused } from './idempotency.problems.js';
import type { RequestKey } from './idempotency-key.js';

/** What a key was used for, and what was answered. */
export interface KnownAnswer<Body> {
  fingerprint: Buffer;
  status: number;
  answer: Body;
}

/** The answer of a write whose row keeps it: only who has the key is kept with the key. */
const KEPT_ELSEWHERE = { status: 202, body: null };

/**
 * Makes requests with the same key take turns, until the transaction ends. The ledger does without, since its requests
 * meet at the balance of the account: that is locked as well (`for no key update`), so that no spend and no hold takes
 * the key. @throws IdempotencyKeyReused when a spend, a capture or a hold has it, whose row keeps it.
 */
export async function lockKey(tx: Tx, { digest, accountId }: RequestKey): Promise<void> {
  const [{ spent }] = await tx.query('select lock_key($1, $2) as spent', [digest, accountId]);
  if (spent) throw new IdempotencyKeyReused();
}

/** What is known of a key. @throws IdempotencyKeyReused when it belongs to a request with another fingerprint. */
export async function findAnswer<Body>(
  tx: Tx,
  { digest, accountId, fingerprint }: RequestKey,
): Promise<KnownAnswer<Body> | undefined> {
  const [known]: KnownAnswer<Body>[] = await tx.query(
    `select fingerprint, status, answer
     from idempotency_keys
     where key_digest = $1
       and account_id = $2`,
    [digest, accountId],
  );
  if (known !== undefined && !known.fingerprint.equals(fingerprint)) throw new IdempotencyKeyReused();
  return known;
}

/** Takes a key with its answer. False when somebody has it, also one that took it without the lock a moment ago. */
export async function insertAnswer(
  tx: Tx,
  { digest, accountId, fingerprint }: RequestKey,
  { status, body }: { status: number; body: unknown },
  now: Date,
): Promise<boolean> {
  const inserted: unknown[] = await tx.query(
    `insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
     values ($1, $2, $3, $4, $5::json, $6)
     on conflict (key_digest, account_id) do nothing
     returning 1`,
    [digest, accountId, fingerprint, status, JSON.stringify(body), now],
  );
  return inserted.length === 1;
}

/**
 * Takes a key for a write whose row keeps the answer, such as an order. The same request may take it again.
 * @throws IdempotencyKeyReused when it belongs to a request with another fingerprint.
 */
export async function reserveKey(tx: Tx, key: RequestKey, now: Date): Promise<void> {
  if (await insertAnswer(tx, key, KEPT_ELSEWHERE, now)) return;
  if ((await findAnswer(tx, key)) === undefined) throw new IdempotencyKeyReused();
}

/** Gives a key back whose write was refused after all. */
export async function freeKey(
  tx: Tx,
  { accountId, digest }: { accountId: string; digest: Buffer | null },
): Promise<void> {
  await tx.query('delete from idempotency_keys where key_digest = $1 and account_id = $2', [digest, accountId]);
}
