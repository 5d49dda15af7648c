import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { RecordDomainEvent } from '../../outbox/record-domain-event.js';
import type { Difference, Look } from '../compare/look.js';
import type { Target } from '../compare/look-at.js';
import { FINDING_COLUMNS, type FindingRow, toFinding } from '../finding.js';
import { foundEvent } from '../reconciliation.events.js';
import type { Reconciliation } from '../reconciliation.js';

/** What was suspected, as it is at the second look. */
export interface SeenTwice {
  target: Target;
  look: Look | undefined;
  /** Events about it that never came in. */
  missing: string[];
}

/** Makes a finding of what still differs, and tells of it; forgets the rest. For the transaction that ends the step. */
@Injectable()
export class ConcludeLook {
  constructor(
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, run: Reconciliation, { target, look, missing }: SeenTwice): Promise<void> {
    const difference = look?.difference ?? undeliveredOnly(target, missing);
    if (look === undefined || difference === undefined) return forget(tx, run.id, target);
    const { subject, stripeId } = target;
    const status = difference.repair === 'none' ? 'by_hand' : run.repair ? 'pending' : 'proposed';
    const [row]: FindingRow[] = await tx.query(
      `with found as (
         update reconciliation_findings
         set kind = $4,
             detail = $5,
             stripe_payment_intent_id = $6,
             order_id = $7,
             account_id = $8,
             stripe_side = $9::jsonb,
             ledger_side = $10::jsonb,
             stripe_event_ids = $11,
             repair = $12,
             repair_status = $13,
             found_at = $14
         where reconciliation_id = $1
           and subject = $2
           and stripe_id = $3
         returning ${FINDING_COLUMNS}
       )
       select *
       from found`,
      [
        run.id,
        subject,
        stripeId,
        difference.kind,
        difference.detail,
        look.stripePaymentIntentId,
        look.orderId,
        look.accountId,
        look.stripe === null ? null : JSON.stringify(look.stripe),
        look.ledger === null ? null : JSON.stringify(look.ledger),
        missing,
        difference.repair,
        status,
        this.clock.now(),
      ],
    );
    invariant(row !== undefined, `${subject} ${stripeId} was suspected`);
    await this.record.run(tx, foundEvent(run, toFinding(row)));
  }
}

/** The books are right, and would not be if they depended on these events alone. */
function undeliveredOnly({ subject, stripeId }: Target, missing: readonly string[]): Difference | undefined {
  if (missing.length === 0) return undefined;
  const events = missing.length === 1 ? '1 event' : `${missing.length} events`;
  return {
    kind: 'event_undelivered',
    repair: 'settle',
    detail: `The books agree about ${subject} ${stripeId}, and ${events} about it never came in.`,
  };
}

async function forget(tx: Tx, reconciliationId: string, { subject, stripeId }: Target): Promise<void> {
  await tx.query(
    `delete from reconciliation_findings
     where reconciliation_id = $1
       and subject = $2
       and stripe_id = $3
       and found_at is null`,
    [reconciliationId, subject, stripeId],
  );
}
