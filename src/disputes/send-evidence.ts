import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import type { Dispute } from '../returns/dispute.entity.js';
import { SettleReturns } from '../returns/settle-returns.js';
import { SharedCalls } from '../stripe/client/shared-calls.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import type { StripeDispute } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import type { Evidence } from './evidence.entity.js';
import { type AcceptedEvidence, markAccepted, markRefused } from './evidence.store.js';

/**
 * Sends recorded evidence to Stripe and settles the dispute as Stripe then has it. The evidence's id is Stripe's
 * idempotency key, and requests of this process for the same evidence share one call. Must not be called in a
 * transaction.
 * @throws StripeUnavailable (it is still to be sent), StripeRefused
 */
@Injectable()
export class SendEvidence {
  private readonly sending = new SharedCalls<AcceptedEvidence>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly stripe: StripeReturnsGateway,
    private readonly settleReturns: SettleReturns,
  ) {}

  /** `isNew` when Stripe cannot have been asked before. */
  async run(evidence: Evidence, of: { dispute: Dispute; isNew: boolean }): Promise<AcceptedEvidence> {
    const { answer: accepted, isOwn } = await this.sending.run(evidence.id, () => this.send(evidence, of));
    return { ...accepted, isFirst: accepted.isFirst && isOwn };
  }

  private async send(
    evidence: Evidence,
    { dispute, isNew }: { dispute: Dispute; isNew: boolean },
  ): Promise<AcceptedEvidence> {
    const { id: evidenceId, submit } = evidence;
    const sent = { evidenceId, stripeDisputeId: dispute.stripeDisputeId, evidence: evidence.evidence, submit };
    try {
      // Stripe forgets idempotency keys after a day. What it was told it never forgets.
      const done = isNew ? undefined : await this.stripe.findAnswered(sent);
      const fetched = done ?? (await this.stripe.answerDispute(sent));
      return await this.settle(dispute, fetched, (tx) => markAccepted(tx, evidence, this.clock.now()));
    } catch (error) {
      // A refusal of the key says nothing of the evidence, which is still to be sent.
      if (!(error instanceof StripeRefused) || error.isOfConfiguration) throw error;
      const { stripeCode } = error.facts;
      const fetched = await this.stripe.fetchDispute(dispute.stripeDisputeId);
      await this.settle(dispute, fetched, (tx) =>
        markRefused(tx, evidence, { refusal: stripeCode, now: this.clock.now() }),
      );
      throw error;
    }
  }

  /** Brings the dispute up to what was fetched, and notes in the same transaction what became of the evidence. */
  private settle<T>({ orderId, accountId }: Dispute, fetched: StripeDispute, note: (tx: Tx) => Promise<T>): Promise<T> {
    const { stripePaymentIntentId, stripeDisputeId } = fetched;
    invariant(stripePaymentIntentId !== null, `dispute ${stripeDisputeId} is about a payment`);
    return this.database.transaction(async (tx) => {
      await this.settleReturns.run(tx, { orderId, accountId, stripePaymentIntentId, disputes: [fetched] });
      return note(tx);
    });
  }
}
