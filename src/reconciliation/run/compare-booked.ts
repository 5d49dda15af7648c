import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { type Unseen, UnseenQueries } from '../books/unseen.queries.js';
import { LookAt } from '../compare/look-at.js';
import type { Reconciliation } from '../reconciliation.js';
import type { Phase, Step } from './phase.js';
import { Suspicions } from './suspicions.js';

/** The phases that read the books. */
export type BookedPhase = Extract<
  Phase,
  'booked_payments' | 'booked_invoices' | 'booked_refunds' | 'booked_disputes' | 'booked_subscriptions'
>;

/** Each is a question to Stripe, so that a step stays short. */
const LOOKS_PER_STEP = 10;

/** Compares what the books hold, and Stripe has not listed, with what Stripe says of it when asked. */
@Injectable()
export class CompareBooked {
  constructor(
    private readonly unseen: UnseenQueries,
    private readonly clock: Clock,
    private readonly lookAt: LookAt,
    private readonly suspicions: Suspicions,
  ) {}

  async step(run: Reconciliation, phase: BookedPhase): Promise<Step> {
    const unseen = await this.next(run, phase);
    const suspects: Unseen[] = [];
    for (const target of unseen) if ((await this.lookAt.run(target))?.difference !== undefined) suspects.push(target);
    const last = unseen.at(-1);
    const isOver = last === undefined || unseen.length < LOOKS_PER_STEP;
    return {
      // How many follow is not known, and mostly there are none.
      ...(isOver ? { cursor: 'over', share: 1 } : { cursor: last.cursor, share: 0.5 }),
      checked: { booked: unseen.length },
      write: (tx) => this.suspicions.suspect(tx, run.id, suspects),
    };
  }

  private next(run: Reconciliation, phase: BookedPhase): Promise<Unseen[]> {
    switch (phase) {
      case 'booked_payments':
        return this.unseen.payments(run, LOOKS_PER_STEP);
      case 'booked_invoices':
        return this.unseen.invoices(run, LOOKS_PER_STEP);
      case 'booked_refunds':
        return this.unseen.refunds(run, LOOKS_PER_STEP, this.clock.now());
      case 'booked_disputes':
        return this.unseen.disputes(run, LOOKS_PER_STEP);
      case 'booked_subscriptions':
        return this.unseen.subscriptions(run, LOOKS_PER_STEP);
    }
  }
}
