import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { UndeliveredEvent } from '../../stripe/objects/listed-objects.js';
import type { Subject } from '../compare/look.js';
import type { Target } from '../compare/look-at.js';

interface SuspicionRow {
  subject: Subject;
  stripe_id: string;
  account_hint: string | null;
  suspected_at: Date;
}

/**
 * Keeps what a run must look at a second time, and what it has seen. What writes is to be called in the transaction
 * that finishes the step.
 */
@Injectable()
export class Suspicions {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Suspicions in the order in which they arose, as far as the margin has passed for them. */
  async next(reconciliationId: string, limit: number): Promise<{ ripe: Target[]; left: number; waitMs: number }> {
    const rows = await this.database.query<SuspicionRow & { left: number }>(
      `select subject, stripe_id, account_hint, suspected_at, count(*) over ()::int as left
       from reconciliation_findings
       where reconciliation_id = $1
         and found_at is null
       order by ordinal
       limit $2`,
      [reconciliationId, limit],
    );
    const ripeAt = (row: SuspicionRow) => row.suspected_at.getTime() + this.config.reconciliation.settleMs;
    const now = this.clock.now().getTime();
    const unripe = rows.find((row) => ripeAt(row) > now);
    const isWaiting = unripe !== undefined && unripe === rows[0];
    return {
      ripe: rows
        .filter((row) => ripeAt(row) <= now)
        .map((row) => ({ subject: row.subject, stripeId: row.stripe_id, accountHint: row.account_hint })),
      left: rows[0]?.left ?? 0,
      waitMs: isWaiting ? ripeAt(unripe) - now : 0,
    };
  }

  /** Each thing once in a run, whatever gave rise to it. */
  async suspect(tx: Tx, reconciliationId: string, targets: readonly Target[]): Promise<void> {
    await tx.query(
      `insert into reconciliation_findings (reconciliation_id, subject, stripe_id, account_hint, suspected_at)
       select $1, subject, stripe_id, account_hint, $5
       from unnest($2::text[], $3::text[], $4::text[]) target (subject, stripe_id, account_hint)
       on conflict (reconciliation_id, subject, stripe_id) do nothing`,
      [
        reconciliationId,
        targets.map(({ subject }) => subject),
        targets.map(({ stripeId }) => stripeId),
        targets.map(({ accountHint }) => accountHint ?? null),
        this.clock.now(),
      ],
    );
  }

  /** Stores what Stripe has listed, so that it need not be asked for one by one. */
  async sight(tx: Tx, reconciliationId: string, stripeIds: readonly string[]): Promise<void> {
    await tx.query(
      `insert into reconciliation_sightings (reconciliation_id, stripe_id)
       select $1, stripe_id
       from unnest($2::text[]) seen (stripe_id)
       on conflict (reconciliation_id, stripe_id) do nothing`,
      [reconciliationId, stripeIds],
    );
  }

  /** Stores events that never came in. Whatever they are about gets a second look. */
  async miss(tx: Tx, reconciliationId: string, events: readonly UndeliveredEvent[]): Promise<void> {
    await tx.query(
      `insert into reconciliation_events (reconciliation_id, stripe_event_id, about, stripe_id)
       select $1, stripe_event_id, about, stripe_id
       from unnest($2::text[], $3::text[], $4::text[]) missed (stripe_event_id, about, stripe_id)
       on conflict (reconciliation_id, stripe_event_id) do nothing`,
      [
        reconciliationId,
        events.map(({ stripeEventId }) => stripeEventId),
        events.map(({ about }) => about),
        events.map(({ stripeId }) => stripeId),
      ],
    );
    const targets = events.flatMap(({ about, stripeId }) =>
      about === 'refunds_of_payment' ? [] : [{ subject: about, stripeId }],
    );
    await this.suspect(tx, reconciliationId, targets);
  }
}
