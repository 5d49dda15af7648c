import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmailAddress, IsMetadata, IsText, MayBeAbsent, MayBeAbsentOrNull } from '../http/input/fields.js';
import { SpanQuery, StripeIdFilter } from '../http/input/page-query.js';
import { type Account, OFF_SESSION_STOPS, type OffSessionStop } from './account.entity.js';

const METADATA_SCHEMA = {
  type: 'object',
  additionalProperties: { type: 'string' },
  example: { plan: 'trial' },
  description: 'Notes of your own: at most 50 keys of 40 characters, values of 500.',
} as const;

export class ListAccountsQuery extends SpanQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    example: 'ada@example.com',
    description: 'Those with this e-mail address alone, in capitals or not.',
  })
  @MayBeAbsent()
  @IsText({ max: 254 })
  email?: string;

  @StripeIdFilter('cus_1a2b', 'The one that is this customer at Stripe.')
  stripeCustomerId?: string;
}

/** A field that is left out stays as it is; null clears it. */
export class PutAccountBody {
  @ApiPropertyOptional({
    description: 'Where receipts of Stripe go.',
    type: String,
    format: 'email',
    nullable: true,
    example: 'ada@example.com',
  })
  @MayBeAbsentOrNull()
  @IsEmailAddress()
  email?: string | null;

  @ApiPropertyOptional({
    description: 'The name of the customer.',
    type: String,
    maxLength: 200,
    nullable: true,
    example: 'Ada Lovelace',
  })
  @MayBeAbsentOrNull()
  @IsText({ max: 200 })
  name?: string | null;

  @ApiPropertyOptional({ ...METADATA_SCHEMA, nullable: true })
  @MayBeAbsentOrNull()
  @IsMetadata()
  metadata?: Record<string, string> | null;
}

export class OffSessionStopAnswer {
  @ApiProperty({ description: 'What stopped it.', enum: [...OFF_SESSION_STOPS], enumName: 'OffSessionStopReason' })
  reason!: OffSessionStop;

  @ApiProperty({ description: 'Since when.', type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  since!: string;
}

export class AccountAnswer {
  @ApiProperty({ description: 'Its id, which is your own.', type: String, example: 'ada' })
  id!: string;

  @ApiProperty({
    description: 'Where receipts of Stripe go; null when it is not known.',
    type: String,
    nullable: true,
    example: 'ada@example.com',
  })
  email!: string | null;

  @ApiProperty({
    description: 'The name of the customer; null when it is not known.',
    type: String,
    nullable: true,
    example: 'Ada Lovelace',
  })
  name!: string | null;

  @ApiProperty(METADATA_SCHEMA)
  metadata!: Record<string, string>;

  @ApiProperty({ type: Boolean, example: false, description: 'Whether Stripe keeps a card or the like for it.' })
  hasPaymentMethod!: boolean;

  @ApiPropertyOptional({
    type: OffSessionStopAnswer,
    description:
      'Present while saved cards must not be charged: a payment is disputed, was lost, or is suspected of fraud. ' +
      'Credits can be spent all the same.',
  })
  offSessionStop?: OffSessionStopAnswer;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export function toAccountAnswer(account: Account): AccountAnswer {
  return {
    id: account.id,
    email: account.email,
    name: account.name,
    metadata: account.metadata,
    hasPaymentMethod: account.hasPaymentMethod,
    ...stopOf(account),
    createdAt: account.createdAt.toISOString(),
    updatedAt: account.updatedAt.toISOString(),
  };
}

function stopOf({
  offSessionStop: reason,
  offSessionStoppedAt: since,
}: Account): Pick<AccountAnswer, 'offSessionStop'> {
  return reason === null || since === null ? {} : { offSessionStop: { reason, since: since.toISOString() } };
}
