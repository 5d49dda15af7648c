import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { StripeListings } from '../../stripe/listings/listings.gateway.js';
import { ReconciliationsQueries } from '../reconciliations.queries.js';
import { FinishStep, type Onwards } from './finish-step.js';
import { Phases } from './phases.js';

const OTHER_MODE = 'It was begun with a Stripe key of the other mode, and live and test mode never mix.';

/**
 * Takes the next step of a run: fetches, compares, and commits what it has found with where to go on. A process that
 * dies in it leaves the run as it was before, and the step is taken again.
 */
@Injectable()
export class TakeStep {
  constructor(
    private readonly database: Database,
    private readonly runs: ReconciliationsQueries,
    private readonly phases: Phases,
    private readonly finishStep: FinishStep,
    private readonly stripe: StripeListings,
  ) {}

  /** Must not be called in a transaction. `leaseMs` is how long the caller has until a job takes the step after it. */
  async run(reconciliationId: string, { leaseMs = 0 } = {}): Promise<Onwards> {
    const run = await this.runs.require(reconciliationId);
    if (run.status !== 'running') return 'ended';
    // The key may have been changed between two steps.
    if (run.livemode !== this.stripe.livemode)
      return this.database.transaction((tx) => this.finishStep.givenUp(tx, run, OTHER_MODE));
    try {
      const step = await this.phases.step(run);
      return await this.database.transaction((tx) => this.finishStep.taken(tx, run, step, leaseMs));
    } catch (error) {
      return this.database.transaction((tx) => this.finishStep.failed(tx, run, error, leaseMs));
    }
  }
}
