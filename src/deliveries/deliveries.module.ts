import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { CheckAddress } from './addresses/check-address.js';
import { FindAddresses } from './addresses/find-addresses.js';
import { HostResolver } from './addresses/host-resolver.js';
import { PostMessage } from './addresses/post-message.js';
import { ChangeEndpoint } from './endpoints/change-endpoint.js';
import { CreateEndpoint } from './endpoints/create-endpoint.js';
import { DisableEndpoint } from './endpoints/disable-endpoint.js';
import { DisableFailing } from './endpoints/disable-failing.js';
import { EnableEndpoint } from './endpoints/enable-endpoint.js';
import { EndpointChangesController } from './endpoints/endpoint-changes.controller.js';
import { ReplayEndpoint } from './endpoints/replay-endpoint.js';
import { RotateSecret } from './endpoints/rotate-secret.js';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller.js';
import { WebhookEndpointsQueries } from './endpoints/webhook-endpoints.queries.js';
import { AttemptCounts } from './sending/attempt-counts.js';
import { DeleteOldDeliveries } from './sending/delete-old-deliveries.js';
import { DeliverMessage } from './sending/deliver-message.js';
import { DeliveriesController } from './sending/deliveries.controller.js';
import { DeliveriesQueries } from './sending/deliveries.queries.js';
import { DeliveryWorker } from './sending/delivery-worker.js';
import { EndpointTurns } from './sending/endpoint-turns.js';
import { FanOut } from './sending/fan-out.js';
import { MakeAttempt } from './sending/make-attempt.js';
import { NoteAttempt } from './sending/note-attempt.js';
import { ReplayDelivery } from './sending/replay-delivery.js';
import { SendTest } from './sending/send-test.js';
import { SignedMessages } from './sending/signed-messages.js';
import { TellSpends } from './spends/tell-spends.js';

@Module({
  imports: [JobsModule, OutboxModule],
  controllers: [WebhookEndpointsController, EndpointChangesController, DeliveriesController],
  providers: [
    AttemptCounts,
    ChangeEndpoint,
    CheckAddress,
    CreateEndpoint,
    DeleteOldDeliveries,
    DeliverMessage,
    DeliveriesQueries,
    DeliveryWorker,
    DisableEndpoint,
    DisableFailing,
    EnableEndpoint,
    EndpointTurns,
    FanOut,
    FindAddresses,
    HostResolver,
    MakeAttempt,
    NoteAttempt,
    PostMessage,
    ReplayDelivery,
    ReplayEndpoint,
    RotateSecret,
    SendTest,
    SignedMessages,
    TellSpends,
    WebhookEndpointsQueries,
  ],
})
export class DeliveriesModule {}
