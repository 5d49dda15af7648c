import { Module } from '@nestjs/common';
import { RefundsModule } from '../refunds/refunds.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { CancellationsController } from './cancellations.controller.js';
import { PreviewCancellation } from './preview-cancellation.js';

@Module({
  imports: [RefundsModule, SubscriptionsModule],
  controllers: [CancellationsController],
  providers: [PreviewCancellation],
})
export class CancellationsModule {}
