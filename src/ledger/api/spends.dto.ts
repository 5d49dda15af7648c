import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import {
  IsAccountId,
  IsCreditAmount,
  IsEachInteger,
  IsMetadata,
  IsText,
  MayBeAbsent,
} from '../../http/input/fields.js';
import { SpanQuery } from '../../http/input/page-query.js';
import { IDEMPOTENCY_KEY } from '../../idempotency/idempotency-key.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { LinesBody, MAX_LINES, PricedLineAnswer } from '../../rating/lines.dto.js';
import { AllocationAnswer } from './entries.dto.js';

export class SpendBody extends LinesBody {
  @ApiProperty({ example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiPropertyOptional({
    description: 'Credits to take. In its place usage takes what it costs: `meter` and `quantity`, or `lines`.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 5,
  })
  @MayBeAbsent()
  @IsCreditAmount()
  amount?: number;

  @ApiPropertyOptional({ description: 'A text for people, at most 500 characters.', example: 'Translation of 5 pages' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  description?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, example: { job: 'job-42' } })
  @MayBeAbsent()
  @IsMetadata()
  metadata?: Record<string, string>;
}

/** Which spends are listed. */
export class ListSpendsQuery extends SpanQuery {
  @ApiPropertyOptional({ description: 'Those of one account alone.', type: String, example: 'ada' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;
}

export class ReversalBody {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'All that is left of the spend when absent.' })
  @MayBeAbsent()
  @IsCreditAmount()
  amount?: number;

  @ApiPropertyOptional({
    description:
      'Which lines of the spend are undone, by their places from 0: what is left of their credits comes back, and ' +
      'they count as never used. An amount only gives credits back.',
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: MAX_LINES - 1 },
    minItems: 1,
    maxItems: MAX_LINES,
    uniqueItems: true,
    example: [0],
  })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list of places' })
  @ArrayMinSize(1, { message: 'must hold at least one place' })
  @ArrayMaxSize(MAX_LINES, { message: `must hold at most ${MAX_LINES} places` })
  @ArrayUnique({ message: 'must name each line once' })
  @IsEachInteger({ min: 0, max: MAX_LINES - 1 })
  lines?: number[];

  @ApiProperty({ description: 'Why, for the ledger: at most 500 characters.', example: 'The generation failed' })
  @IsText({ max: 500 })
  reason!: string;
}

@ApiSchema({ name: 'SpentEvent' })
export class EventAnswer {
  @ApiProperty({ description: 'The `source` of the event.', type: String, example: '/renderer' })
  source!: string;

  @ApiProperty({ description: 'The `id` of the event.', type: String, example: 'job-42' })
  id!: string;

  @ApiProperty({ description: 'The `type` of the event.', type: String, example: 'pages' })
  type!: string;

  @ApiProperty({
    description: 'When the usage happened, which its price is of.',
    type: String,
    format: 'date-time',
    example: '2026-11-29T09:30:00.000Z',
  })
  time!: string;
}

/** What both a spend and its receipt show. */
export class SpendFacts {
  @ApiProperty({ example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'Credits that were taken.', type: 'integer', example: 5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'The number of its entry.' })
  seq!: number;

  @ApiProperty({ type: [AllocationAnswer] })
  allocations!: AllocationAnswer[];

  @ApiProperty({
    description: 'The hold that it was captured from; null when it was none.',
    type: String,
    nullable: true,
  })
  holdId!: string | null;

  @ApiProperty({ description: 'The text that was sent with it; null without one.', type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  metadata!: Record<string, string>;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiPropertyOptional({ type: EventAnswer, description: 'The usage event that it came from.' })
  event?: EventAnswer;
}

export class SpendAnswer extends SpendFacts {
  @ApiProperty({ type: 'integer', example: 7, description: 'The balance after it.' })
  balance!: number;

  @ApiProperty({ type: 'integer', example: 7, description: 'What could be spent after it.' })
  available!: number;

  @ApiPropertyOptional({
    type: [PricedLineAnswer],
    description: 'What was used and what it cost, of a spend by a meter or by lines.',
  })
  lines?: PricedLineAnswer[];
}

export class ReversalAnswer {
  @ApiProperty({ description: 'The spend that it gives back.', example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  spendId!: string;

  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'Credits that this reversal gave back.', type: 'integer', example: 2 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'What of the spend was given back so far.' })
  reversed!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  seq!: number;

  @ApiProperty({ description: 'The balance after it, in credits.', type: 'integer', example: 9 })
  balance!: number;

  @ApiProperty({ description: 'Credits that could be spent after it.', type: 'integer', example: 9 })
  available!: number;

  @ApiProperty({ type: [AllocationAnswer] })
  allocations!: AllocationAnswer[];

  @ApiProperty({ description: 'Why, in the words of the caller; null when nobody said.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export const MAX_BATCH_ITEMS = 1_000;

@ApiSchema({ name: 'SpendBatchItem' })
export class SpendBatchItem extends SpendBody {
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
export class SpendBatchBody {
  @ApiProperty({
    description: 'Each is judged by itself: a bad one does not fail the others.',
    type: [SpendBatchItem],
    minItems: 1,
    maxItems: MAX_BATCH_ITEMS,
  })
  @IsArray({ message: `must be a list of 1 to ${MAX_BATCH_ITEMS} items` })
  @ArrayMinSize(1, { message: `must be a list of 1 to ${MAX_BATCH_ITEMS} items` })
  @ArrayMaxSize(MAX_BATCH_ITEMS, { message: `must be a list of 1 to ${MAX_BATCH_ITEMS} items` })
  items!: unknown[];
}

class SpendBatchResultAnswer {
  @ApiProperty({
    description: 'Whether the item was booked now, had been booked before, or was refused.',
    enum: ['accepted', 'replayed', 'rejected'],
  })
  status!: string;

  @ApiPropertyOptional({ description: 'The spend, unless it was rejected.', type: SpendAnswer })
  spend?: SpendAnswer;

  @ApiPropertyOptional({ allOf: [{ $ref: '#/components/schemas/Problem' }], description: 'Why it was rejected.' })
  problem?: object;
}

export class SpendBatchAnswer {
  @ApiProperty({ description: 'One for each item, in their order.', type: [SpendBatchResultAnswer] })
  results!: SpendBatchResultAnswer[];
}
