import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { ReturnsModule } from '../returns/returns.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { RefundOrder } from './refund-order.js';
import { RefundPreviewController } from './refund-preview.controller.js';
import { RefundPreview } from './refund-preview.js';
import { RefundWorker } from './refund-worker.js';
import { RefundsController } from './refunds.controller.js';
import { RefuseRefund } from './refuse-refund.js';
import { RequestRefund } from './request-refund.js';
import { ReserveUnused } from './reserve-unused.js';
import { SendRefund } from './send-refund.js';

@Module({
  imports: [AccountsModule, JobsModule, LedgerModule, OrdersModule, OutboxModule, ReturnsModule, StripeModule],
  controllers: [RefundsController, RefundPreviewController],
  providers: [RefundOrder, RefundPreview, RefundWorker, RefuseRefund, RequestRefund, ReserveUnused, SendRefund],
  exports: [RefundPreview],
})
export class RefundsModule {}
