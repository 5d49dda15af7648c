import { Module } from '@nestjs/common';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AskForRefund } from './ask-for-refund.js';
import { NoteAnswer } from './note-answer.js';
import { RefundOrder } from './refund-order.js';
import { RefundWorker } from './refund-worker.js';
import { RefundsController } from './refunds.controller.js';
import { RefundsQueries } from './refunds.queries.js';
import { RefuseRefund } from './refuse-refund.js';
import { RequestRefund } from './request-refund.js';
import { RequeueRefunds } from './requeue-refunds.js';
import { SettleMoneyBack } from './settle-money-back.js';

@Module({
  imports: [CheckoutModule, JobsModule, LedgerModule, StripeModule],
  controllers: [RefundsController],
  providers: [
    AskForRefund,
    NoteAnswer,
    RefundOrder,
    RefundsQueries,
    RefundWorker,
    RefuseRefund,
    RequestRefund,
    RequeueRefunds,
    SettleMoneyBack,
  ],
  exports: [SettleMoneyBack],
})
export class RefundsModule {}
