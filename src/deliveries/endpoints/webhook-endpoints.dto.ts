import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsString, ValidateBy } from 'class-validator';
import { IsInstant, IsText, MayBeAbsent, MayBeAbsentOrNull } from '../../http/input/fields.js';
import { MAX_ADDRESS_LENGTH } from '../addresses/read-address.js';
import type { EndpointWithSecret } from './create-endpoint.js';
import { unknownIn } from './event-filter.js';
import {
  DISABLING_REASONS,
  type DisablingReason,
  ENDPOINT_STATUSES,
  type EndpointStatus,
  type WebhookEndpoint,
} from './webhook-endpoint.entity.js';

const MAX_EVENTS = 50;
const EVENTS_DESCRIPTION =
  'Types of events such as `order.fulfilled`, all that begin alike such as `order.*`, or `*` for all. ' +
  '`spend.created` is sent in batches, and only where it is named: `*` and `spend.*` do not include it.';
const URL_DESCRIPTION =
  'Where events are sent to: an https address on the public internet, without a user and a password. Where ' +
  '`WEBHOOK_ALLOW_PRIVATE` is set, http and any network.';

/** Names of types of events, each of which stands for one at least. */
function IsEventNames(): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: 'must be a list of types of events' }),
    ArrayNotEmpty({ message: 'must name at least one type of events' }),
    ArrayMaxSize(MAX_EVENTS, { message: `must name at most ${MAX_EVENTS} types of events` }),
    ArrayUnique({ message: 'must not name a type of events twice' }),
    IsString({ each: true, message: 'must hold nothing but texts' }),
    ValidateBy({
      name: 'isEventNames',
      validator: {
        validate: (value) => !isTexts(value) || unknownIn(value).length === 0,
        defaultMessage: () => 'must name types of events, such as order.fulfilled, order.* or *',
      },
    }),
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export class CreateWebhookEndpointBody {
  @ApiProperty({
    type: String,
    maxLength: MAX_ADDRESS_LENGTH,
    example: 'https://app.example/hooks/scrip',
    description: URL_DESCRIPTION,
  })
  @IsText({ max: MAX_ADDRESS_LENGTH })
  url!: string;

  @ApiProperty({ type: [String], maxItems: MAX_EVENTS, example: ['order.*'], description: EVENTS_DESCRIPTION })
  @IsEventNames()
  events!: string[];

  @ApiPropertyOptional({ type: String, maxLength: 500, example: 'our app', description: 'A note of your own.' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  description?: string;
}

/** A field that is left out stays as it is. */
export class ChangeWebhookEndpointBody {
  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_ADDRESS_LENGTH,
    example: 'https://app.example/hooks/scrip',
    description: `${URL_DESCRIPTION} What waits is sent there as well.`,
  })
  @MayBeAbsent()
  @IsText({ max: MAX_ADDRESS_LENGTH })
  url?: string;

  @ApiPropertyOptional({ type: [String], maxItems: MAX_EVENTS, example: ['order.*'], description: EVENTS_DESCRIPTION })
  @MayBeAbsent()
  @IsEventNames()
  events?: string[];

  @ApiPropertyOptional({
    type: String,
    maxLength: 500,
    nullable: true,
    example: 'our app',
    description: 'A note of your own; null clears it.',
  })
  @MayBeAbsentOrNull()
  @IsText({ max: 500 })
  description?: string | null;
}

export class ReplayWebhookEndpointBody {
  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-11-21T09:30:00Z',
    description: 'What was recorded at this moment or later is sent again.',
  })
  @IsInstant()
  since!: string;
}

export class WebhookEndpointAnswer {
  @ApiProperty({ type: String, example: 'whe_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ type: String, example: 'https://app.example/hooks/scrip', description: 'Where events are sent to.' })
  url!: string;

  @ApiProperty({ type: [String], example: ['order.*'], description: EVENTS_DESCRIPTION })
  events!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'A note of your own.' })
  description!: string | null;

  @ApiProperty({
    enum: [...ENDPOINT_STATUSES],
    enumName: 'WebhookEndpointStatus',
    description: 'Nothing is sent to one that is disabled, but for tests.',
  })
  status!: EndpointStatus;

  @ApiProperty({
    type: String,
    enum: [...DISABLING_REASONS],
    nullable: true,
    example: null,
    description:
      'Why it is disabled: `asked` by a call, `gone` since it answered 410, `failing` since nothing was delivered ' +
      'for five days; null while it is enabled.',
  })
  disabledBecause!: DisablingReason | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since when it is disabled: what happened from then on is sent when a replay asks for it.',
  })
  disabledAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since when every attempt has failed; null when the last one has not.',
  })
  failingSince!: string | null;

  @ApiProperty({ type: Boolean, example: false, description: 'Whether a replay is still being made.' })
  isReplaying!: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export class WebhookEndpointWithSecretAnswer extends WebhookEndpointAnswer {
  @ApiProperty({
    type: String,
    example: 'whsec_…',
    description: 'What deliveries are signed with, as Standard Webhooks says. It is shown this once.',
  })
  secret!: string;
}

export function toWebhookEndpointAnswer(endpoint: WebhookEndpoint): WebhookEndpointAnswer {
  return {
    id: endpoint.id,
    url: endpoint.url,
    events: endpoint.events,
    description: endpoint.description,
    status: endpoint.status,
    disabledBecause: endpoint.disabledBecause,
    disabledAt: endpoint.disabledAt?.toISOString() ?? null,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    isReplaying: endpoint.replayedNumber !== null,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}

export function toWebhookEndpointWithSecretAnswer({
  endpoint,
  secret,
}: EndpointWithSecret): WebhookEndpointWithSecretAnswer {
  return { ...toWebhookEndpointAnswer(endpoint), secret };
}
