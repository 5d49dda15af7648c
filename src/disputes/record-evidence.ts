import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { keyOfRow, type RequestKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites } from '../idempotency/idempotent-writes.js';
import { Clock } from '../kernel/clock.js';
import type { Dispute } from '../returns/dispute.entity.js';
import { isAnswerable } from '../returns/dispute-lifecycle.js';
import type { DisputeEvidence } from '../stripe/objects/sale-objects.js';
import { DisputeNotAnswerable } from './disputes.problems.js';
import type { Evidence } from './evidence.entity.js';
import { findEvidenceByKey, insertEvidence } from './evidence.store.js';
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
  constructor(
    private readonly clock: Clock,
    private readonly writes: IdempotentWrites,
  ) {}

  async run(tx: Tx, command: RecordEvidenceCommand): Promise<{ evidence: Evidence; isNew: boolean }> {
    const { dispute, idempotencyKey: key, fingerprint } = command;
    const { row, isNew } = await this.writes.makeRow(
      tx,
      { accountId: dispute.accountId, key, fingerprint },
      {
        find: ({ accountId, digest }) => findEvidenceByKey(tx, accountId, digest),
        make: (requestKey) => this.record(tx, command, requestKey),
      },
    );
    return { evidence: row, isNew };
  }

  private async record(tx: Tx, command: RecordEvidenceCommand, key: RequestKey | undefined): Promise<Evidence> {
    const { dispute, evidence, submit, actor } = command;
    const { id: disputeId, accountId, status: disputeStatus } = dispute;
    if (!isAnswerable(disputeStatus)) throw new DisputeNotAnswerable({ disputeId, disputeStatus });
    const record = { disputeId, accountId, evidence, submit, actor, ...keyOfRow(key) };
    const recorded = await insertEvidence(tx, record, this.clock.now());
    await evidenceQueue.add(tx, recorded.id, { delayMs: ASK_AGAIN_AFTER_MS });
    return recorded;
  }
}
