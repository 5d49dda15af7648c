import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { AcceptedEvidence } from './evidence.store.js';
import { RecordEvidence, type RecordEvidenceCommand } from './record-evidence.js';
import { SendEvidence } from './send-evidence.js';

/**
 * Answers a dispute from beginning to end: evidence recorded and committed, sent to Stripe between the transactions
 * with its own id as key, and the dispute settled as Stripe then has it. Cut off at any point, the same idempotency key
 * continues it, and so does a job. Must not be called in a transaction.
 * @throws DisputeNotAnswerable, IdempotencyKeyReused, StripeUnavailable, StripeRefused
 */
@Injectable()
export class AnswerDispute {
  constructor(
    private readonly database: Database,
    private readonly recordEvidence: RecordEvidence,
    private readonly sendEvidence: SendEvidence,
  ) {}

  async run(command: RecordEvidenceCommand): Promise<AcceptedEvidence> {
    const { dispute } = command;
    const { evidence, isNew } = await this.database.transaction((tx) => this.recordEvidence.run(tx, command));
    if (evidence.answer !== null) return { answer: evidence.answer, isFirst: false };
    return this.sendEvidence.run(evidence, { dispute, isNew });
  }
}
