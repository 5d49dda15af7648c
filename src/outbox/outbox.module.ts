import { Module } from '@nestjs/common';
import { RecordDomainEvent } from './record-domain-event.js';

@Module({
  providers: [RecordDomainEvent],
  exports: [RecordDomainEvent],
})
export class OutboxModule {}
