import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { Difference, Look, Subject } from '../compare/look.js';
import { LookAt, type Target } from '../compare/look-at.js';
import type { Reconciliation } from '../reconciliation.js';
import type { Step } from './phase.js';
import { UndeliveredEvents } from './undelivered-events.js';

interface SuspicionRow {
  subject: Subject;
  stripe_id: string;
  account_hint: string | null;
  suspected_at: Date;
}

interface SeenTwice {
  target: Target;
  look: Look | undefined;
  missing: string[];
}

/** Each is a question to Stripe, so that a step stays short. */
const LOOKS_PER_STEP = 10;

/**
 * Looks a second time at whatever is suspected, once the settle margin has passed since the first: what was on its way
 * then has arrived by now. What still differs is a finding, everything else is forgotten.
 */
@Injectable()
export class SecondLook {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lookAt: LookAt,
    private readonly events: UndeliveredEvents,
  ) {}

  async step(run: Reconciliation): Promise<Step> {
    const { ripe, left, waitMs } = await this.next(run.id);
    if (left === 0) return { cursor: 'over', share: 1 };
    const looks: SeenTwice[] = [];
    for (const target of ripe) {
      const look = await this.lookAt.run(target);
      const missing = await this.events.missingAbout(run.id, target, look?.stripePaymentIntentId ?? null);
      looks.push({ target, look, missing });
    }
    return {
      cursor: 'on',
      share: ripe.length / left,
      waitMs,
      write: async (tx) => {
        for (const look of looks) await this.conclude(tx, run, look);
      },
    };
  }

  /** Suspicions in the order in which they arose, as far as the margin has passed for them. */
  private async next(reconciliationId: string): Promise<{ ripe: Target[]; left: number; waitMs: number }> {
    const rows = await this.database.query<SuspicionRow & { left: number }>(
      `select subject, stripe_id, account_hint, suspected_at, count(*) over ()::int as left
       from reconciliation_findings
       where reconciliation_id = $1
         and found_at is null
       order by ordinal
       limit $2`,
      [reconciliationId, LOOKS_PER_STEP],
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

  private async conclude(tx: Tx, run: Reconciliation, { target, look, missing }: SeenTwice): Promise<void> {
    const difference = look?.difference ?? undeliveredOnly(target, missing);
    if (look === undefined || difference === undefined) return forget(tx, run.id, target);
    const { subject, stripeId } = target;
    const status = difference.repair === 'none' ? 'by_hand' : run.repair ? 'pending' : 'proposed';
    await tx.query(
      `update reconciliation_findings
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
         and stripe_id = $3`,
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
