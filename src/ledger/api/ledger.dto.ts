import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, Matches } from 'class-validator';
import {
  IsAccountId,
  IsCreditAmount,
  IsCurrency,
  IsInstant,
  IsInteger,
  IsMetadata,
  IsMinorAmount,
  IsNested,
  IsSignedCreditAmount,
  IsText,
  MayBeAbsent,
} from '../../http/input/fields.js';
import { SpanQuery } from '../../http/input/page-query.js';
import { IDEMPOTENCY_KEY } from '../../idempotency/idempotency-key.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { HOLD_STATUSES, type HoldStatus } from '../book/model.js';

export class SpendRequestDto {
  @ApiProperty({ example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiProperty({
    description: 'Credits to take.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 5,
  })
  @IsCreditAmount()
  amount!: number;

  @ApiPropertyOptional({ description: 'A text for people, at most 500 characters.', example: 'Translation of 5 pages' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  description?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, example: { job: 'job-42' } })
  @MayBeAbsent()
  @IsMetadata()
  metadata?: Record<string, string>;
}

const MAX_BATCH_ITEMS = 1_000;

@ApiSchema({ name: 'SpendBatchItem' })
export class BatchItemDto extends SpendRequestDto {
  @ApiProperty({
    description: 'Names this item in your system: 1 to 255 visible characters. Sent again, it gets the first answer.',
    minLength: 1,
    maxLength: 255,
    example: 'job-42',
  })
  @Matches(IDEMPOTENCY_KEY, { message: 'must be 1 to 255 visible characters without blanks' })
  idempotencyKey!: string;
}

/** The items are judged one by one, so that a bad one does not fail the others. */
@ApiSchema({ name: 'SpendBatchRequest' })
export class BatchRequestDto {
  @ApiProperty({
    description: 'Each is judged by itself: a bad one does not fail the others.',
    type: [BatchItemDto],
    minItems: 1,
    maxItems: MAX_BATCH_ITEMS,
  })
  @IsArray({ message: `must be a list of 1 to ${MAX_BATCH_ITEMS} items` })
  @ArrayMinSize(1, { message: `must be a list of 1 to ${MAX_BATCH_ITEMS} items` })
  @ArrayMaxSize(MAX_BATCH_ITEMS, { message: `must be a list of 1 to ${MAX_BATCH_ITEMS} items` })
  items!: unknown[];
}

export class StatementQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Entries recorded from here on; all when absent.' })
  @MayBeAbsent()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Entries recorded before; up to now when absent.' })
  @MayBeAbsent()
  @IsInstant()
  to?: string;
}

/** Which spends are listed. */
export class ListSpendsQuery extends SpanQuery {
  @ApiPropertyOptional({ description: 'Those of one account alone.', type: String, example: 'ada' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;
}

/** Which holds are listed. */
export class ListHoldsQuery extends ListSpendsQuery {
  @ApiPropertyOptional({
    enum: [...HOLD_STATUSES],
    enumName: 'HoldStatus',
    example: 'active',
    description: 'Those with this status alone.',
  })
  @MayBeAbsent()
  @IsIn(HOLD_STATUSES, { message: `must be one of ${HOLD_STATUSES.join(', ')}` })
  status?: HoldStatus;
}

export class BalanceQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'A past instant. Now when absent.' })
  @MayBeAbsent()
  @IsInstant()
  at?: string;
}

/** From one second to seven days. */
const HOLD_SECONDS = { min: 1, max: 604_800 };

export class HoldRequestDto {
  @ApiProperty({ example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiProperty({
    description: 'Credits to put aside.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 5,
  })
  @IsCreditAmount()
  amount!: number;

  @ApiPropertyOptional({
    description: 'For how many seconds it holds, unless it is extended.',
    type: 'integer',
    minimum: HOLD_SECONDS.min,
    maximum: HOLD_SECONDS.max,
    default: 900,
  })
  @MayBeAbsent()
  @IsInteger(HOLD_SECONDS)
  expiresInSeconds?: number;
}

@ApiSchema({ name: 'CaptureHoldRequest' })
export class CaptureRequestDto {
  @ApiProperty({
    description: 'Credits to spend of what is held.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 3,
  })
  @IsCreditAmount()
  amount!: number;

  @ApiPropertyOptional({ default: true, description: 'Whether the rest of the hold is given back.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  final?: boolean;
}

@ApiSchema({ name: 'ExtendHoldRequest' })
export class ExtendRequestDto {
  @ApiProperty({
    description: 'For how many seconds from now it holds.',
    type: 'integer',
    minimum: HOLD_SECONDS.min,
    maximum: HOLD_SECONDS.max,
    example: 900,
  })
  @IsInteger(HOLD_SECONDS)
  expiresInSeconds!: number;
}

export class ReversalRequestDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'All that is left of the spend when absent.' })
  @MayBeAbsent()
  @IsCreditAmount()
  amount?: number;

  @ApiProperty({ description: 'Why, for the ledger: at most 500 characters.', example: 'The generation failed' })
  @IsText({ max: 500 })
  reason!: string;
}

export class CostBasisDto {
  @ApiProperty({ description: 'What was paid, in minor units, such as cents.', type: 'integer', example: 1000 })
  @IsMinorAmount()
  amountMinor!: number;

  @ApiProperty({ example: 'usd' })
  @IsCurrency()
  currency!: string;
}

export class GrantRequestDto {
  @ApiProperty({
    description: 'Credits to give.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 3,
  })
  @IsCreditAmount()
  amount!: number;

  @ApiProperty({ description: 'Whether the credits were paid for.', enum: ['promotional', 'paid'] })
  @IsIn(['promotional', 'paid'], { message: 'must be promotional or paid' })
  category!: 'promotional' | 'paid';

  @ApiProperty({ description: 'Why, for the ledger: at most 500 characters.', example: 'Welcome gift' })
  @IsText({ max: 500 })
  reason!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 50, description: 'Lower is used first.' })
  @MayBeAbsent()
  @IsInteger({ min: 0, max: 100 })
  priority?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Now when absent or past.' })
  @MayBeAbsent()
  @IsInstant()
  effectiveAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Never when absent.' })
  @MayBeAbsent()
  @IsInstant()
  expiresAt?: string;

  @ApiPropertyOptional({ description: 'What was paid for them elsewhere.', type: CostBasisDto })
  @MayBeAbsent()
  @IsNested(() => CostBasisDto)
  costBasis?: CostBasisDto;
}

@ApiSchema({ name: 'VoidGrantRequest' })
export class VoidRequestDto {
  @ApiPropertyOptional({ description: 'Why, for the ledger: at most 500 characters.', example: 'Given by mistake' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  reason?: string;
}

export class AdjustmentRequestDto {
  @ApiProperty({ type: 'integer', example: -2, description: 'Either sign, not zero.' })
  @IsSignedCreditAmount()
  amount!: number;

  @ApiProperty({
    description: 'Why, for the ledger: at most 500 characters.',
    example: 'Counted twice by the importer',
  })
  @IsText({ max: 500 })
  reason!: string;
}
