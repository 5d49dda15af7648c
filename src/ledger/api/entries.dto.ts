import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInstant, MayBeAbsent } from '../../http/input/fields.js';
import type { EntryKind } from '../book/model.js';
import { RunwayAnswer } from '../runway/runway.dto.js';

export class AllocationAnswer {
  @ApiProperty({ example: 'grt_01kahn2qe1c3p7x5m4v8r9t6ws' })
  grantId!: string;

  @ApiProperty({ description: 'Credits of this grant, always positive.', type: 'integer', example: 5 })
  amount!: number;
}

export class EntrySourceAnswer {
  @ApiProperty({
    description:
      'What kind of thing set the entry or the grant off, such as `spend`, `payment_intent`, `invoice` or `api`.',
    example: 'payment_intent',
  })
  type!: string;

  @ApiProperty({ description: 'The id of that thing, here or at Stripe.', example: 'pi_3SVqZ2Kd8f' })
  id!: string;
}

export class EntryAnswer {
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
  kind!: EntryKind;

  @ApiProperty({ description: 'Credits that were added; negative when they were taken.', type: 'integer', example: -5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 12 })
  balanceBefore!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  balanceAfter!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Signed change of the debt.' })
  debt!: number;

  @ApiProperty({ description: 'What set the entry off.', type: EntrySourceAnswer })
  source!: EntrySourceAnswer;

  @ApiProperty({ type: [AllocationAnswer] })
  allocations!: AllocationAnswer[];

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

export class BalanceQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'A past instant. Now when absent.' })
  @MayBeAbsent()
  @IsInstant()
  at?: string;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'With `true`, also how long the credits will last. Not with `at`.',
  })
  @MayBeAbsent()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  runway?: string;
}

class ExpiringCreditsAnswer {
  @ApiProperty({ description: 'Credits that expire then.', type: 'integer', example: 12 })
  amount!: number;

  @ApiProperty({ description: 'When they expire.', format: 'date-time', example: '2027-11-21T12:00:00.000Z' })
  expiresAt!: string;
}

export class BalanceAnswer {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 12, description: 'Posted credits. Negative is debt.' })
  balance!: number;

  @ApiProperty({ description: 'Credits that active holds put aside.', type: 'integer', example: 0 })
  held!: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'balance - held: what can be spent.' })
  available!: number;

  @ApiProperty({ description: 'What is left of grants that expire, the soonest first.', type: [ExpiringCreditsAnswer] })
  expiring!: ExpiringCreditsAnswer[];

  @ApiProperty({
    description: 'The moment that the figures are of.',
    format: 'date-time',
    example: '2026-11-21T12:00:00.000Z',
  })
  asOf!: string;

  @ApiPropertyOptional({ description: 'How long the credits will last, where it was asked for.', type: RunwayAnswer })
  runway?: RunwayAnswer;
}
