import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Database } from '../../database/database.js';
import { Busy } from '../../http/problems/http.problems.js';
import { withinTime } from '../../kernel/time-limit.js';
import { StripeUnavailable } from '../../stripe/client/stripe.problems.js';

/** How long a request waits for its turn before it is told that others are at work. */
const WAIT_MS = 3_500;
const LOOK_AGAIN_MS = 50;
/** How much later than it was given up a call can still take effect at Stripe. */
const LATE_EFFECT_MS = 10_000;

interface Turn {
  stripeSubscriptionId: string;
  /** Names the request: asked for again, it goes on with what it has left open. */
  requestName: string;
}

/** Something that is to be changed of a subscription at Stripe. */
export interface TurnWork<Decision, Result> extends Turn {
  /** Asks what there is, and decides. Changes nothing at Stripe. */
  decide: () => Promise<Decision>;
  /** Does at Stripe what was decided. */
  act: (decision: Decision) => Promise<Result>;
}

/**
 * Lets changes of one subscription take turns, in all processes, so that what one of them decides on stays so until it
 * is made. A turn is a row with an end (ADR 30): nothing is locked and no connection is held while Stripe is waited
 * for. In its turn nobody asks Stripe for longer than the row lasts.
 */
@Injectable()
export class SubscriptionTurns {
  private readonly log = new Logger(SubscriptionTurns.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
  ) {}

  /**
   * Runs `decide` and `act` once it is their turn. When it is not known whether Stripe has done what it was asked, the
   * turn goes on to its end, and only the same request may take it. Must not be called in a transaction.
   * @throws Busy when others take too long
   */
  async run<Decision, Result>(work: TurnWork<Decision, Result>): Promise<Result> {
    const taker = randomUUID();
    return withinTime(this.config.stripeWaitMs, async () => {
      await this.take(work, taker);
      let isOpen = false;
      try {
        const decision = await work.decide();
        isOpen = true;
        const result = await work.act(decision);
        isOpen = false;
        return result;
      } catch (error) {
        isOpen &&= error instanceof StripeUnavailable;
        throw error;
      } finally {
        await (isOpen ? this.leave(work, taker) : this.end(work, taker)).catch((error: Error) =>
          this.log.warn(`the turn of subscription ${work.stripeSubscriptionId} was not ended: ${error.message}`),
        );
      }
    });
  }

  private async take({ stripeSubscriptionId, requestName }: Turn, taker: string): Promise<void> {
    const lastsMs = this.config.stripeWaitMs + LATE_EFFECT_MS;
    const deadline = performance.now() + WAIT_MS;
    for (;;) {
      // By the clock of Postgres, which all processes share.
      const taken: unknown[] = await this.database.query(
        `insert into subscription_turns (stripe_subscription_id, taker, ends_at)
         values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
         on conflict (stripe_subscription_id) do update
         set taker = excluded.taker, ends_at = excluded.ends_at, left_by = null
         where subscription_turns.ends_at <= clock_timestamp() or subscription_turns.left_by = $4
         returning taker`,
        [stripeSubscriptionId, taker, lastsMs, requestName],
      );
      if (taken.length > 0) return;
      if (performance.now() >= deadline) throw new Busy();
      await pause(LOOK_AGAIN_MS);
    }
  }

  private async leave({ stripeSubscriptionId, requestName }: Turn, taker: string): Promise<void> {
    await this.database.query(
      'update subscription_turns set left_by = $3 where stripe_subscription_id = $1 and taker = $2',
      [stripeSubscriptionId, taker, requestName],
    );
  }

  private async end({ stripeSubscriptionId }: Turn, taker: string): Promise<void> {
    await this.database.query('delete from subscription_turns where stripe_subscription_id = $1 and taker = $2', [
      stripeSubscriptionId,
      taker,
    ]);
  }
}
