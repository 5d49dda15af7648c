import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { keyDigest } from '../idempotency/idempotency-key.js';
import { reserveKey } from '../idempotency/reserved-keys.js';
import { Clock } from '../kernel/clock.js';
import type { Dispute } from '../returns/dispute.entity.js';
import { isAnswerable } from '../returns/dispute-lifecycle.js';
import type { DisputeEvidence } from '../stripe/objects/sale-objects.js';
import { DisputeNotAnswerable } from './disputes.problems.js';
import type { Evidence } from './evidence.entity.js';
import { insertEvidence, lockEvidenceOf } from './evidence.store.js';
import { evidenceQueue } from './queue.js';

export interface RecordEvidenceCommand {
  dispute: Dispute;
  evidence: DisputeEvidence;
  submit: boolean;
  /** The id of the key that gives it. */
  actor: string;
  idempotencyKey: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** How long the request itself has to send it, before a job does. */
const ASK_AGAIN_AFTER_MS = 60_000;

/**
 * Records evidence before it is sent to Stripe, with a job that sends it should this process die. The same idempotency
 * key names the same evidence. Locks the key. @throws DisputeNotAnswerable, IdempotencyKeyReused
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
      if (known !== null && known.idempotencyFingerprint?.equals(fingerprint) !== true)
        throw new IdempotencyKeyReused();
      if (known !== null) return { evidence: known, isNew: false };
      await reserveKey(tx, { accountId, digest, fingerprint }, this.clock.now());
    }
    if (!isAnswerable(disputeStatus)) throw new DisputeNotAnswerable({ disputeId, disputeStatus });
    const recorded = await this.insert(tx, command, digest);
    await evidenceQueue.add(tx, recorded.id, { delayMs: ASK_AGAIN_AFTER_MS });
    return { evidence: recorded, isNew: true };
  }

  private insert(tx: Tx, command: RecordEvidenceCommand, digest: Buffer | null): Promise<Evidence> {
    const { dispute, evidence, submit, actor, fingerprint } = command;
    const idempotencyFingerprint = digest === null ? null : fingerprint;
    const key = { idempotencyDigest: digest, idempotencyFingerprint };
    const { id: disputeId, accountId } = dispute;
    return insertEvidence(tx, { disputeId, accountId, evidence, submit, actor, ...key }, this.clock.now());
  }
}
