import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { IdempotencyKeyReused } from './idempotency.problems.js';
import { keyDigest } from './idempotency-key.js';

/** The answer of an accepted write. */
export interface Answer<Body> {
  status: number;
  body: Body;
}

export interface IdempotentAnswer<Body> extends Answer<Body> {
  /** Whether this is the stored answer of an earlier request. */
  replayed: boolean;
}

export interface IdempotentRequest {
  /** The account that the write concerns, or '' for a write of no account: keys are scoped to it. */
  accountId: string;
  key: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** Writes that are one transaction and not the ledger's, applied once per `Idempotency-Key`. */
@Injectable()
export class IdempotentWrites {
  constructor(private readonly clock: Clock) {}

  /**
   * Runs `write` unless the key is known, and stores its answer in the same transaction. Locks the key first, so that
   * a concurrent request with the same key waits for the first answer. A refusal rolls back and leaves the key free.
   * @throws IdempotencyKeyReused when the key belongs to a request with another fingerprint.
   */
  async run<Body>(
    tx: Tx,
    request: IdempotentRequest,
    write: () => Promise<Answer<Body>>,
  ): Promise<IdempotentAnswer<Body>> {
    const { accountId, key, fingerprint } = request;
    if (key === undefined) return { ...(await write()), replayed: false };
    const digest = keyDigest(accountId, key);
    await lockKey(tx, digest);
    const known = await this.find<Body>(tx, request);
    if (known !== undefined) return known;
    const answer = await write();
    const stored: unknown[] = await tx.query(
      `insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
       values ($1, $2, $3, $4, $5::json, $6)
       on conflict (key_digest, account_id) do nothing
       returning 1`,
      [digest, accountId, fingerprint, answer.status, JSON.stringify(answer.body), this.clock.now()],
    );
    // The ledger and orders take keys without this lock: one of them was quicker, with a request of its own.
    if (stored.length === 0) throw new IdempotencyKeyReused();
    return { ...answer, replayed: false };
  }

  /**
   * The stored answer, for writes that span a call to somebody else: they look before it, and run after it.
   * @throws IdempotencyKeyReused when the key belongs to a request with another fingerprint.
   */
  async find<Body>(tx: Tx, request: IdempotentRequest): Promise<IdempotentAnswer<Body> | undefined> {
    const { accountId, key, fingerprint } = request;
    if (key === undefined) return undefined;
    const known = await findAnswer<Body>(tx, accountId, keyDigest(accountId, key));
    if (known === undefined) return undefined;
    if (!known.fingerprint.equals(fingerprint)) throw new IdempotencyKeyReused();
    return { status: known.status, body: known.answer, replayed: true };
  }
}

async function lockKey(tx: Tx, digest: Buffer): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [digest.readBigInt64BE(0).toString()]);
}

interface KnownAnswer<Body> {
  fingerprint: Buffer;
  status: number;
  answer: Body;
}

async function findAnswer<Body>(tx: Tx, accountId: string, digest: Buffer): Promise<KnownAnswer<Body> | undefined> {
  const rows: KnownAnswer<Body>[] = await tx.query(
    `select fingerprint, status, answer
     from idempotency_keys
     where key_digest = $1
       and account_id = $2`,
    [digest, accountId],
  );
  return rows[0];
}

/** Sets the status of the answer, and `Idempotency-Replayed` when it is a replay. Returns the body to send. */
export function sendAnswer<Body>(reply: FastifyReply, answer: IdempotentAnswer<Body>): Body {
  reply.status(answer.status);
  if (answer.replayed) reply.header('Idempotency-Replayed', 'true');
  return answer.body;
}
