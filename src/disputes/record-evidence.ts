import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { keyDigest } from '../idempotency/idempotency-key.js';
import { reserveKey } from '../idempotency/reserved-keys.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { Dispute } from '../returns/dispute.js';
import { isAnswerable } from '../returns/dispute-lifecycle.js';
import type { DisputeEvidence } from '../stripe/objects/sale-objects.js';
import { DisputeNotAnswerable } from './disputes.problems.js';
import { EVIDENCE_COLUMNS, type Evidence, type EvidenceRow, lockEvidenceOf, toEvidence } from './evidence.js';
import { evidenceQueue } from './queue.js';

export interface RecordEvidenceCommand {
  dispute: Dispute;
  evidence: DisputeEvidence;
  submit: boolean;
  /** The id of the key that answers. */
  actor: string;
  idempotencyKey: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** How long the request itself has to ask Stripe, before a job does. */
const ASK_AGAIN_AFTER_MS = 60_000;

/**
 * Records an answer to a dispute before Stripe is asked to take it, with a job that asks should this process die. The
 * same idempotency key answers the same one. Locks the key. @throws DisputeNotAnswerable, IdempotencyKeyReused
 */
@Injectable()
export class RecordEvidence {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, command: RecordEvidenceCommand): Promise<{ evidence: Evidence; isNew: boolean }> {
    const { dispute, idempotencyKey, fingerprint } = command;
    const { id: disputeId, accountId, status: disputeStatus } = dispute;
    const digest = idempotencyKey === undefined ? null : keyDigest(accountId, idempotencyKey);
    if (digest !== null) {
      const known = await lockEvidenceOf(tx, accountId, digest);
      if (known !== undefined && known.idempotencyFingerprint?.equals(fingerprint) !== true)
        throw new IdempotencyKeyReused();
      if (known !== undefined) return { evidence: known, isNew: false };
      await reserveKey(tx, { accountId, digest, fingerprint }, this.clock.now());
    }
    if (!isAnswerable(disputeStatus)) throw new DisputeNotAnswerable({ disputeId, disputeStatus });
    const recorded = await this.insert(tx, command, digest);
    await evidenceQueue.add(tx, recorded.id, { delayMs: ASK_AGAIN_AFTER_MS });
    return { evidence: recorded, isNew: true };
  }

  private async insert(tx: Tx, command: RecordEvidenceCommand, digest: Buffer | null): Promise<Evidence> {
    const { dispute, evidence, submit, actor, fingerprint } = command;
    const now = this.clock.now();
    const [row]: EvidenceRow[] = await tx.query(
      `insert into dispute_evidence (id, dispute_id, account_id, evidence, submit, actor, status, idempotency_digest,
         idempotency_fingerprint, created_at, updated_at)
       values ($1, $2, $3, $4::jsonb, $5, $6, 'requested', $7, $8, $9, $9)
       returning ${EVIDENCE_COLUMNS}`,
      [
        newId('dev', now),
        dispute.id,
        dispute.accountId,
        JSON.stringify(evidence),
        submit,
        actor,
        digest,
        digest === null ? null : fingerprint,
        now,
      ],
    );
    invariant(row !== undefined, 'an insert returns its row');
    return toEvidence(row);
  }
}
