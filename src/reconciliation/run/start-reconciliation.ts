import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { addDays, Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { StripeListings } from '../../stripe/listings/listings.gateway.js';
import {
  RECONCILIATION_COLUMNS,
  type Reconciliation,
  type ReconciliationOrigin,
  type ReconciliationRow,
  toReconciliation,
} from '../reconciliation.js';
import { PHASES } from './phase.js';
import { reconciliationQueue } from './queue.js';

export interface StartReconciliationCommand {
  /** Thirty days before `to` when absent. */
  from?: Date;
  /** Now when absent. */
  to?: Date;
  /** Whether what is found is repaired, or only told. */
  repair: boolean;
  origin: ReconciliationOrigin;
  /** At which time of the schedule, for a run that the clock begins: each time begins one. */
  scheduledAt?: Date;
  /** How long the caller has to take the first step, before a job does. */
  leaseMs?: number;
}

/** As far back as Stripe still lists events. */
const DEFAULT_DAYS = 30;

/**
 * Begins a comparison of the books with Stripe, in the mode of the service's key. Undefined when this time of the
 * schedule has begun one already. @throws ValidationFailed
 */
@Injectable()
export class StartReconciliation {
  constructor(
    private readonly clock: Clock,
    private readonly stripe: StripeListings,
  ) {}

  async run(tx: Tx, command: StartReconciliationCommand): Promise<Reconciliation | undefined> {
    const now = this.clock.now();
    const to = command.to ?? now;
    const from = command.from ?? addDays(to, -DEFAULT_DAYS);
    if (from >= to) throw ValidationFailed.at('/from', 'must be before `to`, which is now when it is left out');
    const [row]: ReconciliationRow[] = await tx.query(
      `insert into reconciliations (id, status, livemode, window_from, window_to, repair, origin, scheduled_at, phase,
         created_at, updated_at)
       values ($1, 'running', $2, $3, $4, $5, $6, $7, $8, $9, $9)
       on conflict (scheduled_at) do nothing
       returning ${RECONCILIATION_COLUMNS}`,
      [
        newId('rcn', now),
        this.stripe.livemode,
        from,
        to,
        command.repair,
        command.origin,
        command.scheduledAt ?? null,
        PHASES[0],
        now,
      ],
    );
    if (row === undefined) return undefined;
    await reconciliationQueue.add(tx, row.id, { delayMs: command.leaseMs ?? 0 });
    return toReconciliation(row);
  }
}
