import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsText, MayBeAbsent } from '../http/input/fields.js';
import { PageQuery } from '../http/input/page-query.js';
import { STRIPE_EVENT_STATUSES, type StripeEvent, type StripeEventStatus } from './stripe-event.entity.js';

@ApiSchema({ name: 'StripeEventReceipt' })
export class WebhookAnswer {
  @ApiProperty({ description: 'Always true: the event is stored.', type: Boolean, example: true })
  received!: true;

  @ApiPropertyOptional({ type: Boolean, description: 'Present when the event was here already.' })
  duplicate?: true;
}

export class ListStripeEventsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Those with this status alone.',
    enum: [...STRIPE_EVENT_STATUSES],
    enumName: 'StripeEventStatus',
  })
  @MayBeAbsent()
  @IsIn(STRIPE_EVENT_STATUSES, { message: `must be one of ${STRIPE_EVENT_STATUSES.join(', ')}` })
  status?: StripeEventStatus;

  @ApiPropertyOptional({
    description: 'Those of this type alone.',
    type: String,
    example: 'checkout.session.completed',
  })
  @MayBeAbsent()
  @IsText({ max: 100 })
  type?: string;
}

export class StripeEventAnswer {
  @ApiProperty({ description: "Stripe's id of it.", type: String, example: 'evt_1a2b' })
  id!: string;

  @ApiProperty({ description: "Stripe's name of what happened.", type: String, example: 'checkout.session.completed' })
  type!: string;

  @ApiProperty({
    description: 'What became of it: `dead` is no longer tried.',
    enum: [...STRIPE_EVENT_STATUSES],
    enumName: 'StripeEventStatus',
  })
  status!: StripeEventStatus;

  @ApiProperty({ description: 'How often handling it was begun.', type: 'integer', example: 1 })
  attempts!: number;

  @ApiProperty({ description: 'Why the last attempt failed; null when none did.', type: String, nullable: true })
  lastError!: string | null;

  @ApiProperty({
    description: "The version of Stripe's API that it was written in; null when it names none.",
    type: String,
    nullable: true,
    example: '2026-10-28.endive',
  })
  apiVersion!: string | null;

  @ApiProperty({ type: Boolean, example: false })
  livemode!: boolean;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it happened at Stripe.' })
  createdAt!: string;

  @ApiProperty({ description: 'When it came in.', type: String, format: 'date-time' })
  receivedAt!: string;

  @ApiProperty({
    description: 'When it was handled; null before that.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  handledAt!: string | null;
}

export class StripeEventDetailAnswer extends StripeEventAnswer {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The event as it was signed, without the secrets of payments and of the portal.',
  })
  payload!: unknown;
}

export class StripeEventListAnswer {
  @ApiProperty({ type: [StripeEventAnswer] })
  data!: StripeEventAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description:
      'When the oldest event came in that is `received` or `failed`, of all there are and not of this page alone; ' +
      'null when nothing waits. Those that are `dead` wait for a replay.',
  })
  oldestUnhandledAt!: string | null;
}

export function toStripeEventAnswer(event: StripeEvent): StripeEventAnswer {
  return {
    id: event.id,
    type: event.type,
    status: event.status,
    attempts: event.attempts,
    lastError: event.lastError,
    apiVersion: event.apiVersion,
    livemode: event.livemode,
    createdAt: event.createdAt.toISOString(),
    receivedAt: event.receivedAt.toISOString(),
    handledAt: event.handledAt?.toISOString() ?? null,
  };
}
