import { Injectable } from '@nestjs/common';
import { StripeListings } from '../stripe/stripe-listings.js';
import type { Step } from './phase.js';
import type { Reconciliation } from './reconciliation.js';
import { cursorOf, stepBehind } from './stripe-page.js';
import { Suspicions } from './suspicions.js';
import { UndeliveredEvents } from './undelivered-events.js';

/** Collects the events that never came in: what they are about is suspected, also where it is older than the window. */
@Injectable()
export class CollectUndelivered {
  constructor(
    private readonly stripe: StripeListings,
    private readonly events: UndeliveredEvents,
    private readonly suspicions: Suspicions,
  ) {}

  async step(run: Reconciliation): Promise<Step> {
    const page = await this.stripe.listUndelivered({ from: run.from, to: run.to, after: cursorOf(run) });
    const missed = await this.events.missing(page.data);
    return {
      ...stepBehind(run, page),
      checked: { undelivered: missed.length },
      write: (tx) => this.suspicions.miss(tx, run.id, missed),
    };
  }
}
