import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { DeleteOldEvents } from './delete-old-events.js';
import { EventsController } from './events.controller.js';
import { EventsQueries } from './events.queries.js';
import { RecordDomainEvent } from './record-domain-event.js';
import { Relay } from './relay.js';

@Module({
  imports: [JobsModule],
  controllers: [EventsController],
  providers: [DeleteOldEvents, EventsQueries, RecordDomainEvent, Relay],
  exports: [EventsQueries, RecordDomainEvent],
})
export class OutboxModule {}
