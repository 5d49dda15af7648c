import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsAccountId, IsText, MayBeAbsent } from '../http/input/fields.js';
import { Limit } from '../http/input/page-query.js';
import { DEFAULT_PAGE_LIMIT } from '../kernel/keyset-page.js';
import type { DomainEvent } from './domain-event.js';
import { DOMAIN_EVENT_TYPES, type DomainEventType } from './event-types.js';

export class ListEventsQuery {
  @Limit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({
    type: String,
    description: 'The `nextCursor` of the answer before. Without it the oldest event that is kept comes first.',
  })
  @MayBeAbsent()
  @IsText({ max: 100 })
  after?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: 2_000,
    example: 'order.*,refund.succeeded',
    description: 'Those of these types alone, separated by commas. `order.*` is every type that begins with `order.`.',
  })
  @MayBeAbsent()
  @IsText({ max: 2_000 })
  types?: string;

  @ApiPropertyOptional({ description: 'Those of one account alone.', type: String, example: 'ada' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;
}

export class EventAnswer {
  @ApiProperty({
    type: String,
    example: 'evt_01kbhe5m8f6q0000000000000a',
    description: 'Its id, which is the same wherever it is told.',
  })
  id!: string;

  @ApiProperty({ enum: [...DOMAIN_EVENT_TYPES], enumName: 'EventType', description: 'What happened.' })
  type!: DomainEventType;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it happened.' })
  timestamp!: string;

  @ApiProperty({
    type: 'integer',
    example: 1_204,
    description: 'Its place in the feed, which rises by one from event to event, and so by account.',
  })
  sequence!: number;

  @ApiProperty({ type: String, nullable: true, example: 'ada', description: 'Whose it is; null where it is nobody’s.' })
  accountId!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What it is about, as it was then: the object as this API shows it.',
  })
  data!: Record<string, unknown>;
}

export class EventListAnswer {
  @ApiProperty({ type: [EventAnswer], description: 'Oldest first.' })
  data!: EventAnswer[];

  @ApiProperty({
    type: String,
    example: 'MTIwNA',
    description:
      'Sent as `after`, it gets what comes next: always there, so that whoever reads the feed asks again with it.',
  })
  nextCursor!: string;
}

export function toEventAnswer({ id, type, occurredAt, number, accountId, data }: DomainEvent): EventAnswer {
  return { id, type, timestamp: occurredAt.toISOString(), sequence: number, accountId, data };
}
