import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { describeError } from '../../jobs/describe-error.js';
import { Clock } from '../../kernel/clock.js';
import { Settlement } from '../../settlement/settlement.js';
import { StripeRefused, StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import { LookAt } from '../compare/look-at.js';
import { FINDING_COLUMNS, type Finding, type FindingRow, type RepairStatus, toFinding } from '../finding.js';
import type { Reconciliation } from '../reconciliation.js';
import type { Step } from './phase.js';
import { UndeliveredEvents } from './undelivered-events.js';

interface Outcome {
  status: Extract<RepairStatus, 'applied' | 'failed'>;
  error: string | null;
}

/**
 * Repairs one finding with the very verbs that its events would have set off: what it is now is fetched, and the books
 * converge on that. They are safe to run again, so a run that is cut off repairs nothing twice. Applied is what a
 * further look has proven. Payments and invoices come before refunds and disputes, which are settled with them.
 */
@Injectable()
export class RepairFinding {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settlement: Settlement,
    private readonly lookAt: LookAt,
    private readonly events: UndeliveredEvents,
  ) {}

  async step(run: Reconciliation): Promise<Step> {
    const { finding, left, all } = await this.next(run.id);
    if (finding === undefined) return { cursor: 'over', share: 1 };
    const outcome = await this.repair(finding);
    return {
      cursor: 'on',
      share: (all - left + 1) / all,
      write: async (tx) => {
        await this.storeOutcome(tx, run.id, finding, outcome);
        if (outcome.status === 'applied') await this.events.resolve(tx, run.id, finding.stripeEventIds);
      },
    };
  }

  private async next(reconciliationId: string): Promise<{ finding: Finding | undefined; left: number; all: number }> {
    const [row] = await this.database.query<FindingRow & { left: number; all: number }>(
      `select *
       from (
         select ${FINDING_COLUMNS}, ordinal, count(*) over ()::int as all,
           count(*) filter (where repair_status = 'pending') over ()::int as left
         from reconciliation_findings
         where reconciliation_id = $1
           and found_at is not null
       ) findings
       where repair_status = 'pending'
       order by array_position(array['payment', 'invoice', 'refund', 'dispute', 'subscription'], subject), ordinal
       limit 1`,
      [reconciliationId],
    );
    return { finding: row === undefined ? undefined : toFinding(row), left: row?.left ?? 0, all: row?.all ?? 0 };
  }

  /** A finding that cannot be repaired does not keep the others waiting; Stripe out of reach does. */
  private async repair(finding: Finding): Promise<Outcome> {
    try {
      const write = await this.prepare(finding);
      if (write !== undefined) await this.database.transaction(write);
      const after = await this.lookAt.run(finding);
      if (after?.difference === undefined) return { status: 'applied', error: null };
      return { status: 'failed', error: `It still differs. ${after.difference.detail}` };
    } catch (error) {
      if (error instanceof StripeUnavailable) throw error;
      if (error instanceof StripeRefused && error.isOfConfiguration) throw error;
      return { status: 'failed', error: describeError(error) };
    }
  }

  private prepare({ subject, stripeId, stripePaymentIntentId, orderId }: Finding) {
    switch (subject) {
      case 'payment':
        return stripePaymentIntentId === null
          ? this.settlement.prepare({ kind: 'checkout-changed', stripeCheckoutSessionId: stripeId })
          : this.settlement.preparePayment(stripePaymentIntentId);
      case 'invoice':
        // An invoice that is not known yet is settled together with what went back of its payment.
        return stripePaymentIntentId === null || orderId !== null
          ? this.settlement.prepare({ kind: 'invoice-changed', stripeInvoiceId: stripeId, asksForAction: false })
          : this.settlement.preparePayment(stripePaymentIntentId);
      case 'refund':
        return this.settlement.prepareRefund(stripeId);
      case 'dispute':
        return this.settlement.prepareDispute(stripeId);
      case 'subscription':
        return this.settlement.prepare({ kind: 'subscription-changed', stripeSubscriptionId: stripeId });
    }
  }

  private async storeOutcome(
    tx: Tx,
    reconciliationId: string,
    { subject, stripeId }: Finding,
    { status, error }: Outcome,
  ): Promise<void> {
    await tx.query(
      `update reconciliation_findings
       set repair_status = $4,
           repair_error = $5,
           repaired_at = case when $4 = 'applied' then $6::timestamptz end
       where reconciliation_id = $1
         and subject = $2
         and stripe_id = $3
         and repair_status = 'pending'`,
      [reconciliationId, subject, stripeId, status, error, this.clock.now()],
    );
  }
}
