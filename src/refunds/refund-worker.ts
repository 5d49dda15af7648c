import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { withinTime } from '../kernel/time-limit.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { ASK_FOR_REFUND } from './refund-tasks.js';
import { RefundsQueries } from './refunds.queries.js';
import { RequeueRefunds } from './requeue-refunds.js';
import { SendRefund } from './send-refund.js';

/** Finishes refunds whose request was cut off, or that Stripe could not yet decide. */
@Injectable()
export class RefundWorker implements OnModuleInit, OnApplicationBootstrap {
  private readonly log = new Logger(RefundWorker.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly refunds: RefundsQueries,
    private readonly sendRefund: SendRefund,
    private readonly requeueRefunds: RequeueRefunds,
  ) {}

  onModuleInit(): void {
    this.registry.register(
      ASK_FOR_REFUND,
      ({ refundId }) => withinTime(this.config.stripeWaitMs, () => this.finish(refundId)),
      { slots: 'returns' },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    const requeued = await this.requeueRefunds.run();
    if (requeued > 0) this.log.warn(`${requeued} refunds had lost their job and are asked for now`);
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
