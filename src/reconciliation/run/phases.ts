import { Injectable } from '@nestjs/common';
import type { Reconciliation } from '../reconciliation.js';
import { CollectUndelivered } from './collect-undelivered.js';
import { CompareBooked } from './compare-booked.js';
import { CompareListed } from './compare-listed.js';
import type { Step } from './phase.js';
import { RepairFinding } from './repair-finding.js';
import { SecondLook } from './second-look.js';

/** Does the next piece of a run's work, up to a page or ten questions to Stripe, and returns what is to be written. */
@Injectable()
export class Phases {
  constructor(
    private readonly undelivered: CollectUndelivered,
    private readonly listed: CompareListed,
    private readonly booked: CompareBooked,
    private readonly secondLook: SecondLook,
    private readonly repair: RepairFinding,
  ) {}

  /** Must not be called in a transaction. @throws StripeUnavailable, StripeRefused */
  async step(run: Reconciliation): Promise<Step> {
    switch (run.phase) {
      case 'undelivered_events':
      case 'undelivered_invoices':
        return this.undelivered.step(run, run.phase);
      case 'payments':
      case 'free_checkouts':
      case 'invoices':
      case 'refunds':
      case 'disputes':
      case 'subscriptions':
        return this.listed.step(run, run.phase);
      case 'booked_payments':
      case 'booked_invoices':
      case 'booked_refunds':
      case 'booked_disputes':
      case 'booked_subscriptions':
        return this.booked.step(run, run.phase);
      case 'second_look':
        return this.secondLook.step(run);
      case 'repair':
        return this.repair.step(run);
    }
  }
}
