import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { withinTime } from '../kernel/time-limit.js';
import { RefundsQueries } from '../returns/refunds.queries.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { refundQueue } from './queue.js';
import { SendRefund } from './send-refund.js';

/** Finishes refunds whose request was cut off, or that Stripe could not yet decide. */
@Injectable()
export class RefundWorker implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly refunds: RefundsQueries,
    private readonly sendRefund: SendRefund,
  ) {}

  onModuleInit(): void {
    this.registry.register(refundQueue, (refundId) =>
      withinTime(this.config.stripeWaitMs, () => this.finish(refundId)),
    );
  }

  private async finish(refundId: string): Promise<void> {
    const refund = await this.refunds.require(refundId);
    try {
      await this.sendRefund.run(refund, { isNew: false });
    } catch (error) {
      // A refusal is noted on the refund, and asking again would be refused again. What is not decided is tried again.
      const { status } = await this.refunds.require(refundId);
      if (!(error instanceof StripeRefused) || status === 'requested') throw error;
    }
  }
}
