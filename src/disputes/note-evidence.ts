import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { freeKey } from '../idempotency/reserved-keys.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { DISPUTE_COLUMNS, type DisputeRow, toDispute } from '../returns/dispute.js';
import { toDisputeAnswer } from './disputes.dto.js';
import { EVIDENCE_COLUMNS, type Evidence, type EvidenceRow, toEvidence } from './evidence.js';

export interface NotedEvidence {
  /** The dispute as it was when Stripe had taken the answer to it. */
  answer: unknown;
  /** Whether this is the first time; a later one repeats the answer. */
  isFirst: boolean;
}

/** Notes what Stripe made of an answer to a dispute. To be run in the transaction that settles the dispute. */
@Injectable()
export class NoteEvidence {
  constructor(private readonly clock: Clock) {}

  /** Keeps what the request is answered with, so that a replay can say the same. */
  async accepted(tx: Tx, { id, disputeId }: Evidence): Promise<NotedEvidence> {
    const [dispute]: DisputeRow[] = await tx.query(`select ${DISPUTE_COLUMNS} from disputes where id = $1`, [
      disputeId,
    ]);
    invariant(dispute !== undefined, `dispute ${disputeId} is there`);
    const [, accepted]: [unknown, number] = await tx.query(
      `update dispute_evidence
       set status = 'accepted',
           answer = $2::json,
           updated_at = $3
       where id = $1
         and status = 'requested'`,
      [id, JSON.stringify(toDisputeAnswer(toDispute(dispute))), this.clock.now()],
    );
    const [row]: EvidenceRow[] = await tx.query(`select ${EVIDENCE_COLUMNS} from dispute_evidence where id = $1`, [id]);
    invariant(row !== undefined, `evidence ${id} is there`);
    return { answer: toEvidence(row).answer, isFirst: accepted === 1 };
  }

  /**
   * Frees the idempotency key: nothing was done. The refusal is a code of Stripe's, or `overtaken` by later evidence.
   */
  async refused(tx: Tx, { id, accountId, idempotencyDigest }: Evidence, refusal: string): Promise<void> {
    const [, refused]: [unknown, number] = await tx.query(
      `update dispute_evidence
       set status = 'refused',
           refusal = $2,
           idempotency_digest = null,
           idempotency_fingerprint = null,
           updated_at = $3
       where id = $1
         and status = 'requested'`,
      [id, refusal, this.clock.now()],
    );
    if (refused === 1) await freeKey(tx, { accountId, digest: idempotencyDigest });
  }
}
