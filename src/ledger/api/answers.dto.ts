import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { CostBasisDto } from './ledger.dto.js';

class AllocationDto {
  @ApiProperty({ example: 'grt_01kahn2qe1c3p7x5m4v8r9t6ws' })
  grantId!: string;

  @ApiProperty({ description: 'Credits of this grant, always positive.', type: 'integer', example: 5 })
  amount!: number;
}

@ApiSchema({ name: 'EntrySource' })
class SourceDto {
  @ApiProperty({
    description:
      'What kind of thing set the entry or the grant off, such as `spend`, `payment_intent`, `invoice` or `api`.',
    example: 'payment_intent',
  })
  type!: string;

  @ApiProperty({ description: 'The id of that thing, here or at Stripe.', example: 'pi_3SVqZ2Kd8f' })
  id!: string;
}

@ApiSchema({ name: 'ExpiringCredits' })
class ExpiringDto {
  @ApiProperty({ description: 'Credits that expire then.', type: 'integer', example: 12 })
  amount!: number;

  @ApiProperty({ description: 'When they expire.', format: 'date-time', example: '2027-11-21T12:00:00.000Z' })
  expiresAt!: string;
}

export class BalanceDto {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 12, description: 'Posted credits. Negative is debt.' })
  balance!: number;

  @ApiProperty({ description: 'Credits that active holds put aside.', type: 'integer', example: 0 })
  held!: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'balance - held: what can be spent.' })
  available!: number;

  @ApiProperty({ description: 'What is left of grants that expire, the soonest first.', type: [ExpiringDto] })
  expiring!: ExpiringDto[];

  @ApiProperty({
    description: 'The moment that the figures are of.',
    format: 'date-time',
    example: '2026-11-21T12:00:00.000Z',
  })
  asOf!: string;
}

export class EntryDto {
  @ApiProperty({ type: 'integer', example: 2 })
  seq!: number;

  @ApiProperty({
    description: 'What happened to the credits.',
    enum: [
      'grant',
      'spend',
      'spend_reversal',
      'expiry',
      'void',
      'refund_reversal',
      'dispute_reversal',
      'reinstatement',
      'adjustment',
    ],
    example: 'spend',
  })
  kind!: string;

  @ApiProperty({ description: 'Credits that were added; negative when they were taken.', type: 'integer', example: -5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 12 })
  balanceBefore!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  balanceAfter!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Signed change of the debt.' })
  debt!: number;

  @ApiProperty({ description: 'What set the entry off.', type: SourceDto })
  source!: SourceDto;

  @ApiProperty({ type: [AllocationDto] })
  allocations!: AllocationDto[];

  @ApiProperty({
    description: 'Why, in the words of the caller; null when nobody said.',
    type: String,
    nullable: true,
    example: null,
  })
  reason!: string | null;

  @ApiProperty({
    description: 'The API key that asked for it, or who did; null when nobody was asked.',
    type: String,
    nullable: true,
    example: null,
  })
  actor!: string | null;

  @ApiProperty({ description: 'When it counts from.', format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  effectiveAt!: string;

  @ApiProperty({ description: 'When it was written.', format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  recordedAt!: string;

  @ApiProperty({
    description: 'SHA-256 over the hash before it and this entry, in hexadecimal.',
    minLength: 64,
    maxLength: 64,
  })
  hash!: string;
}

export class GrantDto {
  @ApiProperty({ example: 'grt_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ description: 'Whether the credits were paid for.', enum: ['paid', 'promotional'] })
  category!: string;

  @ApiProperty({ description: 'Credits that it gave.', type: 'integer', example: 12 })
  amount!: number;

  @ApiProperty({ description: 'Credits that are left of it.', type: 'integer', example: 7 })
  remaining!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50, description: 'Lower is used first.' })
  priority!: number;

  @ApiProperty({
    description: 'Whether its credits can be used: not yet, now, or no more and why.',
    enum: ['pending', 'active', 'depleted', 'expired', 'voided'],
  })
  status!: string;

  @ApiProperty({ description: 'From when on its credits can be used.', format: 'date-time' })
  effectiveAt!: string;

  @ApiProperty({
    description: 'When what is left lapses; null when it never does.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  expiresAt!: string | null;

  @ApiProperty({ description: 'What was paid for it; null for gifts.', type: CostBasisDto, nullable: true })
  costBasis!: CostBasisDto | null;

  @ApiProperty({ description: 'What gave it.', type: SourceDto })
  source!: SourceDto;

  @ApiProperty({ description: 'Why, in the words of the caller; null when nobody said.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

class SpendFactsDto {
  @ApiProperty({ example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'Credits that were taken.', type: 'integer', example: 5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'The number of its entry.' })
  seq!: number;

  @ApiProperty({ type: [AllocationDto] })
  allocations!: AllocationDto[];

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
}

export class SpendDto extends SpendFactsDto {
  @ApiProperty({ type: 'integer', example: 7, description: 'The balance after it.' })
  balance!: number;

  @ApiProperty({ type: 'integer', example: 7, description: 'What could be spent after it.' })
  available!: number;
}

@ApiSchema({ name: 'SpendReceipt' })
export class ReceiptDto extends SpendFactsDto {
  @ApiProperty({ type: 'integer', example: 0, description: 'What of it was given back.' })
  reversed!: number;

  @ApiProperty({ type: 'integer', example: 12 })
  balanceBefore!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  balanceAfter!: number;
}

export class HoldDto {
  @ApiProperty({ example: 'hld_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'Credits that were put aside.', type: 'integer', example: 5 })
  amount!: number;

  @ApiProperty({ description: 'Credits of these that were spent so far.', type: 'integer', example: 0 })
  captured!: number;

  @ApiProperty({
    description: 'Whether it still holds; else how it ended.',
    enum: ['active', 'captured', 'released', 'expired'],
  })
  status!: string;

  @ApiProperty({ description: 'When it gives back by itself what it still holds.', format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class CaptureDto extends SpendDto {
  @ApiProperty({ description: 'The hold after the capture.', type: HoldDto })
  hold!: HoldDto;
}

export class ReversalDto {
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

  @ApiProperty({ type: [AllocationDto] })
  allocations!: AllocationDto[];

  @ApiProperty({ description: 'Why, in the words of the caller; null when nobody said.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

@ApiSchema({ name: 'SpendBatchResult' })
class BatchResultDto {
  @ApiProperty({
    description: 'Whether the item was booked now, had been booked before, or was refused.',
    enum: ['accepted', 'replayed', 'rejected'],
  })
  status!: string;

  @ApiPropertyOptional({ description: 'The spend, unless it was rejected.', type: SpendDto })
  spend?: SpendDto;

  @ApiPropertyOptional({ allOf: [{ $ref: '#/components/schemas/Problem' }], description: 'Why it was rejected.' })
  problem?: object;
}

@ApiSchema({ name: 'SpendBatch' })
export class BatchAnswerDto {
  @ApiProperty({ description: 'One for each item, in their order.', type: [BatchResultDto] })
  results!: BatchResultDto[];
}

class StatementLineDto {
  @ApiProperty({ description: 'The number of the last entry so far; 0 before the first.', type: 'integer', example: 2 })
  seq!: number;

  @ApiProperty({ description: 'The balance there, in credits.', type: 'integer', example: 7 })
  balance!: number;

  @ApiProperty({ description: 'The hash of that entry, in hexadecimal.', minLength: 64, maxLength: 64 })
  hash!: string;
}

export class StatementDto {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'Entries recorded from here on are in it.', format: 'date-time' })
  from!: string;

  @ApiProperty({ description: 'Entries recorded before are in it.', format: 'date-time' })
  to!: string;

  @ApiProperty({ type: StatementLineDto, description: 'Where the chain stood before the first entry shown.' })
  opening!: StatementLineDto;

  @ApiProperty({ type: [EntryDto], description: 'Oldest first.' })
  entries!: EntryDto[];

  @ApiProperty({ type: StatementLineDto, description: 'Where it stands after the last.' })
  closing!: StatementLineDto;
}
