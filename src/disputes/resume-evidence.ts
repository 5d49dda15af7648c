import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { DisputesQueries } from './disputes.queries.js';
import { EvidenceQueries } from './evidence.queries.js';
import { NoteEvidence } from './note-evidence.js';
import { SendEvidence } from './send-evidence.js';

/**
 * Goes on with an answer to a dispute that was cut off, unless the dispute was answered in other words since then:
 * nothing later is written over. Must not be called in a transaction. @throws StripeUnavailable, and StripeRefused
 * where that decides nothing (it is still to be handed over)
 */
@Injectable()
export class ResumeEvidence {
  constructor(
    private readonly database: Database,
    private readonly disputes: DisputesQueries,
    private readonly evidence: EvidenceQueries,
    private readonly sendEvidence: SendEvidence,
    private readonly noteEvidence: NoteEvidence,
  ) {}

  async run(evidenceId: string): Promise<void> {
    const evidence = await this.evidence.require(evidenceId);
    if (evidence.status !== 'requested') return;
    if (await this.evidence.isOvertaken(evidence))
      return this.database.transaction((tx) => this.noteEvidence.refused(tx, evidence, 'overtaken'));
    try {
      const dispute = await this.disputes.require(evidence.disputeId);
      await this.sendEvidence.run(evidence, { dispute, isNew: false });
    } catch (error) {
      // A refusal is noted on the evidence, and asking again would be refused again. What is not decided is tried
      // again.
      const { status } = await this.evidence.require(evidenceId);
      if (!(error instanceof StripeRefused) || status === 'requested') throw error;
    }
  }
}
