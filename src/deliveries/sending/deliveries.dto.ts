import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MayBeAbsent } from '../../http/input/fields.js';
import { PageQuery } from '../../http/input/page-query.js';
import { DELIVERY_STATUSES, type DeliveryStatus, type WebhookDelivery } from './webhook-delivery.entity.js';

export class ListDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Those with this status alone.',
    enum: [...DELIVERY_STATUSES],
    enumName: 'DeliveryStatus',
  })
  @MayBeAbsent()
  @IsIn(DELIVERY_STATUSES, { message: `must be one of ${DELIVERY_STATUSES.join(', ')}` })
  status?: DeliveryStatus;
}

export class DeliveryAnswer {
  @ApiProperty({ type: String, example: 'dlv_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({
    type: String,
    example: 'evt_01kbhe5m8f6q0000000000000a',
    description: 'What is sent, as `webhook-id` names it: the id of an event, or of a message that is none.',
  })
  messageId!: string;

  @ApiProperty({ type: String, example: 'order.fulfilled', description: 'What happened.' })
  type!: string;

  @ApiProperty({
    enum: [...DELIVERY_STATUSES],
    enumName: 'DeliveryStatus',
    description:
      '`waiting` is tried again, `failed` no longer; `canceled` is what waited when the endpoint was disabled.',
  })
  status!: DeliveryStatus;

  @ApiProperty({ type: 'integer', example: 1, description: 'How often it was sent since it began, or began anew.' })
  attempts!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was sent last; null before that.',
  })
  attemptedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is sent next; null when it is over.',
  })
  nextAttemptAt!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 200,
    description: 'The status that the endpoint has answered last; null when it gave no answer.',
  })
  responseStatus!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'ok',
    description: 'How that answer began, up to 1,000 characters; null for a key without the scope `admin`.',
  })
  responseText!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last attempt has failed, in words; null when it has not.',
  })
  failure!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 42, description: 'How long the last attempt took.' })
  durationMs!: number | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was delivered or given up; null while it waits.',
  })
  endedAt!: string | null;
}

/** What an endpoint has answered is shown to those who may register endpoints, and to nobody else. */
export function toDeliveryAnswer(delivery: WebhookDelivery, { isAdmin }: { isAdmin: boolean }): DeliveryAnswer {
  return {
    id: delivery.id,
    messageId: delivery.messageId,
    type: delivery.type,
    status: delivery.status,
    attempts: delivery.attempts,
    attemptedAt: delivery.attemptedAt?.toISOString() ?? null,
    nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
    responseStatus: delivery.responseStatus,
    responseText: isAdmin ? delivery.responseText : null,
    failure: delivery.failure,
    durationMs: delivery.durationMs,
    createdAt: delivery.createdAt.toISOString(),
    endedAt: delivery.endedAt?.toISOString() ?? null,
  };
}
