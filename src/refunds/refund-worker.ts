import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobRegistry } from '../jobs/job-registry.js';
import { StripeRefused } from '../stripe/stripe.problems.js';
import { AskForRefund } from './ask-for-refund.js';
import { ASK_FOR_REFUND } from './refund-tasks.js';
import { RefundsQueries } from './refunds.queries.js';

/** Finishes refunds whose request was cut off. */
@Injectable()
export class RefundWorker implements OnModuleInit {
  constructor(
    private readonly registry: JobRegistry,
    private readonly refunds: RefundsQueries,
    private readonly askForRefund: AskForRefund,
  ) {}

  onModuleInit(): void {
    this.registry.register(ASK_FOR_REFUND, ({ refundId }) => this.finish(refundId));
  }

  private async finish(refundId: string): Promise<void> {
    const refund = await this.refunds.require(refundId);
    try {
      await this.askForRefund.run(refund, { isNew: false });
    } catch (error) {
      // It is noted on the refund, and asking again would be refused again.
      if (!(error instanceof StripeRefused)) throw error;
    }
  }
}
