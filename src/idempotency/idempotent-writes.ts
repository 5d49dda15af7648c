import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database, type Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { IdempotencyKeyReused } from './idempotency.problems.js';
import { type IdempotentRequest, type RequestKey, requestKeyOf } from './idempotency-key.js';
import { findAnswer, insertAnswer, type KnownAnswer, lockKey, reserveKey } from './idempotency-keys.store.js';

/** The answer of an accepted write. */
export interface Answer<Body> {
  status: number;
  body: Body;
}

export interface IdempotentAnswer<Body> extends Answer<Body> {
  /** Whether this is the stored answer of an earlier request. */
  replayed: boolean;
}

/** A row that knows the request that made it; null for one without a key. */
export interface KeyedRow {
  idempotencyFingerprint: Buffer | null;
}

/** A write that makes a row which keeps its own answer, such as an order. */
export interface RowWrite<Row extends KeyedRow> {
  /** The row of an earlier request with this key. */
  find: (key: RequestKey) => Promise<Row | null | undefined>;
  /**
   * Gives up the row of another request with this key, and frees the key. False when that request was answered: then
   * the key is its own for ever, as it is where this is absent.
   */
  giveUp?: (row: Row) => Promise<boolean>;
  /** Makes the row, with what it keeps of the key. */
  make: (key: RequestKey | undefined) => Promise<Row>;
}

/**
 * Writes that are one transaction and not the ledger's, applied once per `Idempotency-Key`. They lock the key first, so
 * that a concurrent request with the same key waits for the first one. A refusal rolls back and leaves the key free.
 */
@Injectable()
export class IdempotentWrites {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `write` unless the key is known, and stores its answer in the same transaction.
   * @throws IdempotencyKeyReused when the key belongs to a request with another fingerprint.
   */
  async run<Body>(
    tx: Tx,
    request: IdempotentRequest,
    write: () => Promise<Answer<Body>>,
  ): Promise<IdempotentAnswer<Body>> {
    const key = requestKeyOf(request);
    if (key === undefined) return { ...(await write()), replayed: false };
    await lockKey(tx, key);
    const known = await findAnswer<Body>(tx, key);
    if (known !== undefined) return replayOf(known);
    const answer = await write();
    // The ledger takes keys without this lock: it was quicker, with a request of its own.
    if (!(await insertAnswer(tx, key, answer, this.clock.now()))) throw new IdempotencyKeyReused();
    return { ...answer, replayed: false };
  }

  /**
   * The same for work that calls Stripe, and so is no single transaction: the key is looked for before it, and the
   * answer kept after it. Two at once with one key both do the work, and both return the answer that was kept first.
   * Must not be called in a transaction.
   * @throws IdempotencyKeyReused when the key belongs to a request with another fingerprint.
   */
  async runWithCalls<Body>(
    request: IdempotentRequest,
    work: () => Promise<Answer<Body>>,
  ): Promise<IdempotentAnswer<Body>> {
    const key = requestKeyOf(request);
    if (key === undefined) return { ...(await work()), replayed: false };
    const known = await this.database.transaction(async (tx) => {
      await lockKey(tx, key);
      return findAnswer<Body>(tx, key);
    });
    if (known !== undefined) return replayOf(known);
    const answer = await work();
    return this.database.transaction((tx) => this.run(tx, request, async () => answer));
  }

  /**
   * Makes a row unless one is there that the same request has made: that one is returned instead. The key is reserved
   * in the same transaction, among all that are used for anything.
   * @throws IdempotencyKeyReused when the key belongs to a request with another fingerprint.
   */
  async makeRow<Row extends KeyedRow>(
    tx: Tx,
    request: IdempotentRequest,
    { find, giveUp, make }: RowWrite<Row>,
  ): Promise<{ row: Row; isNew: boolean }> {
    const key = requestKeyOf(request);
    if (key !== undefined) {
      await lockKey(tx, key);
      const known = (await find(key)) ?? undefined;
      if (known?.idempotencyFingerprint?.equals(key.fingerprint) === true) return { row: known, isNew: false };
      if (known !== undefined && (await giveUp?.(known)) !== true) throw new IdempotencyKeyReused();
      await reserveKey(tx, key, this.clock.now());
    }
    return { row: await make(key), isNew: true };
  }
}

function replayOf<Body>({ status, answer }: KnownAnswer<Body>): IdempotentAnswer<Body> {
  return { status, body: answer, replayed: true };
}

/** Sets the status of the answer, and `Idempotency-Replayed` when it is a replay. Returns the body to send. */
export function sendAnswer<Body>(reply: FastifyReply, answer: IdempotentAnswer<Body>): Body {
  reply.status(answer.status);
  if (answer.replayed) reply.header('Idempotency-Replayed', 'true');
  return answer.body;
}
