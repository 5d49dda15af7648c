import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { DisputesQueries } from '../returns/disputes.queries.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { EvidenceQueries } from './evidence.queries.js';
import { markRefused } from './evidence.store.js';
import { SendEvidence } from './send-evidence.js';

/**
 * Sends evidence whose request was cut off, unless later evidence was given for the same dispute: that is not written
 * over. Must not be called in a transaction. @throws StripeUnavailable, and StripeRefused where that decides nothing
 * (it is still to be sent)
 */
@Injectable()
export class ResumeEvidence {
  constructor(
    private readonly database: Database,
    private readonly disputes: DisputesQueries,
    private readonly evidence: EvidenceQueries,
    private readonly sendEvidence: SendEvidence,
    private readonly clock: Clock,
  ) {}

  async run(evidenceId: string): Promise<void> {
    const evidence = await this.evidence.require(evidenceId);
    if (evidence.status !== 'requested') return;
    if (await this.evidence.isOvertaken(evidence))
      return this.database.transaction((tx) =>
        markRefused(tx, evidence, { refusal: 'overtaken', now: this.clock.now() }),
      );
    try {
      const dispute = await this.disputes.require(evidence.disputeId);
      await this.sendEvidence.run(evidence, { dispute, isNew: false });
    } catch (error) {
      // A refusal is noted on the evidence, and sending it again would be refused again. What is not decided is tried
      // again.
      const { status } = await this.evidence.require(evidenceId);
      if (!(error instanceof StripeRefused) || status === 'requested') throw error;
    }
  }
}
