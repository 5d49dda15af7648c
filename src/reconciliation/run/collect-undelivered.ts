import { Injectable } from '@nestjs/common';
import { StripeListings } from '../../stripe/listings/listings.gateway.js';
import type { Reconciliation } from '../reconciliation.js';
import type { Phase, Step } from './phase.js';
import { cursorOf, stepBehind } from './stripe-page.js';
import { Suspicions } from './suspicions.js';
import { UndeliveredEvents } from './undelivered-events.js';

/** The phases that read Stripe's events: it lists so many types at once, and no more. */
export type UndeliveredPhase = Extract<Phase, 'undelivered_events' | 'undelivered_invoices'>;

/** Collects the events that never came in: what they are about is suspected, also where it is older than the window. */
@Injectable()
export class CollectUndelivered {
  constructor(
    private readonly stripe: StripeListings,
    private readonly events: UndeliveredEvents,
    private readonly suspicions: Suspicions,
  ) {}

  async step(run: Reconciliation, phase: UndeliveredPhase): Promise<Step> {
    const about = phase === 'undelivered_invoices' ? 'invoices' : 'money';
    const page = await this.stripe.listUndelivered({ from: run.from, to: run.to, after: cursorOf(run) }, about);
    const missed = await this.events.missing(page.data);
    return {
      ...stepBehind(run, page),
      checked: { undelivered: missed.length },
      write: (tx) => this.suspicions.miss(tx, run.id, missed),
    };
  }
}
