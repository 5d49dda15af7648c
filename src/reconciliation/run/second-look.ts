import { Injectable } from '@nestjs/common';
import { LookAt } from '../compare/look-at.js';
import type { Reconciliation } from '../reconciliation.js';
import { ConcludeLook, type SeenTwice } from './conclude-look.js';
import type { Step } from './phase.js';
import { Suspicions } from './suspicions.js';
import { UndeliveredEvents } from './undelivered-events.js';

/** Each is a question to Stripe, so that a step stays short. */
const LOOKS_PER_STEP = 10;

/**
 * Looks a second time at whatever is suspected, once the settle margin has passed since the first: what was on its way
 * then has arrived by now. What still differs is a finding, everything else is forgotten.
 */
@Injectable()
export class SecondLook {
  constructor(
    private readonly suspicions: Suspicions,
    private readonly lookAt: LookAt,
    private readonly events: UndeliveredEvents,
    private readonly conclude: ConcludeLook,
  ) {}

  async step(run: Reconciliation): Promise<Step> {
    const { ripe, left, waitMs } = await this.suspicions.next(run.id, LOOKS_PER_STEP);
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
        for (const look of looks) await this.conclude.run(tx, run, look);
      },
    };
  }
}
