import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import type { Dispute } from '../returns/dispute.js';
import { SettleReturns } from '../returns/settle-returns.js';
import { SharedCalls } from '../stripe/client/shared-calls.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import type { StripeDispute } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import type { Evidence } from './evidence.js';
import { type NotedEvidence, NoteEvidence } from './note-evidence.js';

/**
 * Hands recorded evidence to Stripe and settles the dispute as Stripe then has it. The evidence's id is Stripe's
 * idempotency key, and requests of this process for the same evidence share one call. Must not be called in a
 * transaction.
 * @throws StripeUnavailable (it is still to be handed over), StripeRefused
 */
@Injectable()
export class SendEvidence {
  private readonly asking = new SharedCalls<NotedEvidence>();

  constructor(
    private readonly database: Database,
    private readonly stripe: StripeReturnsGateway,
    private readonly noteEvidence: NoteEvidence,
    private readonly settleReturns: SettleReturns,
  ) {}

  /** `isNew` when Stripe cannot have been asked before. */
  async run(evidence: Evidence, of: { dispute: Dispute; isNew: boolean }): Promise<NotedEvidence> {
    const { answer: noted, isOwn } = await this.asking.run(evidence.id, () => this.ask(evidence, of));
    return { ...noted, isFirst: noted.isFirst && isOwn };
  }

  private async ask(
    evidence: Evidence,
    { dispute, isNew }: { dispute: Dispute; isNew: boolean },
  ): Promise<NotedEvidence> {
    const { id: evidenceId, submit } = evidence;
    const asked = { evidenceId, stripeDisputeId: dispute.stripeDisputeId, evidence: evidence.evidence, submit };
    try {
      // Stripe forgets idempotency keys after a day. What it was told it never forgets.
      const done = isNew ? undefined : await this.stripe.findAnswered(asked);
      const fetched = done ?? (await this.stripe.answerDispute(asked));
      return await this.settle(dispute, fetched, (tx) => this.noteEvidence.accepted(tx, evidence));
    } catch (error) {
      // A refusal of the key says nothing of the answer to the dispute, which stays to be given.
      if (!(error instanceof StripeRefused) || error.isOfConfiguration) throw error;
      const { stripeCode } = error.facts;
      const fetched = await this.stripe.fetchDispute(dispute.stripeDisputeId);
      await this.settle(dispute, fetched, (tx) => this.noteEvidence.refused(tx, evidence, stripeCode));
      throw error;
    }
  }

  /** Brings the dispute up to what was fetched, and notes in the same transaction what became of the answer to it. */
  private settle<T>({ orderId, accountId }: Dispute, fetched: StripeDispute, note: (tx: Tx) => Promise<T>): Promise<T> {
    const { stripePaymentIntentId, stripeDisputeId } = fetched;
    invariant(stripePaymentIntentId !== null, `dispute ${stripeDisputeId} is about a payment`);
    return this.database.transaction(async (tx) => {
      await this.settleReturns.run(tx, { orderId, accountId, stripePaymentIntentId, disputes: [fetched] });
      return note(tx);
    });
  }
}
