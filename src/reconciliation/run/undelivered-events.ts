import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { UndeliveredEvent } from '../../stripe/objects/listed-objects.js';
import type { Target } from '../compare/look-at.js';

/**
 * Events that Stripe calls undelivered may still have come in here: another endpoint of the Stripe account refuses
 * them, the response to them was lost, or they are on their way. Missing are those that are not in the inbox, and that
 * no repair stood in for.
 */
@Injectable()
export class UndeliveredEvents {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async missing(events: readonly UndeliveredEvent[]): Promise<UndeliveredEvent[]> {
    const known = await this.known(events.map(({ stripeEventId }) => stripeEventId));
    return events.filter(({ stripeEventId }) => !known.has(stripeEventId));
  }

  /** The events about one thing that are missing now. */
  async missingAbout(
    reconciliationId: string,
    { subject, stripeId }: Target,
    stripePaymentIntentId: string | null,
  ): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select stripe_event_id as id
       from reconciliation_events
       where reconciliation_id = $1
         and ((about = $2 and stripe_id = $3)
           or ($2 = 'refund' and about = 'refunds_of_payment' and stripe_id = $4))
       order by stripe_event_id`,
      [reconciliationId, subject, stripeId, stripePaymentIntentId],
    );
    const known = await this.known(rows.map(({ id }) => id));
    return rows.map(({ id }) => id).filter((id) => !known.has(id));
  }

  /** What was to be learned from these events is in the books: they are not missed again. */
  async resolve(tx: Tx, reconciliationId: string, stripeEventIds: readonly string[]): Promise<void> {
    await tx.query(
      `update reconciliation_events
       set settled_at = $3
       where reconciliation_id = $1
         and stripe_event_id = any($2::text[])
         and settled_at is null`,
      [reconciliationId, stripeEventIds, this.clock.now()],
    );
  }

  private async known(stripeEventIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `select id from stripe_events where id = any($1::text[])
       union
       select stripe_event_id
       from reconciliation_events
       where stripe_event_id = any($1::text[])
         and settled_at is not null`,
      [stripeEventIds],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
