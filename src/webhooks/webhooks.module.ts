import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AwaitedEvents } from './awaited-events.js';
import { EventWorker } from './event-worker.js';
import { FinishAttempt } from './finish-attempt.js';
import { HandleEvent } from './handle-event.js';
import { ReceiveEvent } from './receive-event.js';
import { ReplayEvent } from './replay-event.js';
import { StripeEventsController } from './stripe-events.controller.js';
import { StripeEventsQueries } from './stripe-events.queries.js';
import { WatchInbox } from './watch-inbox.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [JobsModule, SettlementModule, StripeModule],
  controllers: [WebhooksController, StripeEventsController],
  providers: [
    AwaitedEvents,
    EventWorker,
    FinishAttempt,
    HandleEvent,
    ReceiveEvent,
    ReplayEvent,
    StripeEventsQueries,
    WatchInbox,
  ],
})
export class WebhooksModule {}
