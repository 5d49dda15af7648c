import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import {
  IsCreditAmount,
  IsCurrency,
  IsInstant,
  IsInteger,
  IsMinorAmount,
  IsNested,
  IsSignedCreditAmount,
  IsText,
  MayBeAbsent,
} from '../../http/input/fields.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import type { GrantCategory, GrantStatus } from '../book/model.js';
import { EntrySourceAnswer } from './entries.dto.js';

/** What was paid for credits, as it is sent and as it is shown. */
@ApiSchema({ name: 'CostBasis' })
export class CostBasisFields {
  @ApiProperty({ description: 'What was paid, in minor units, such as cents.', type: 'integer', example: 1000 })
  @IsMinorAmount()
  amountMinor!: number;

  @ApiProperty({ example: 'usd' })
  @IsCurrency()
  currency!: string;
}

export class GrantBody {
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

  @ApiPropertyOptional({ description: 'What was paid for them elsewhere.', type: CostBasisFields })
  @MayBeAbsent()
  @IsNested(() => CostBasisFields)
  costBasis?: CostBasisFields;
}

export class VoidGrantBody {
  @ApiPropertyOptional({ description: 'Why, for the ledger: at most 500 characters.', example: 'Given by mistake' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  reason?: string;
}

export class AdjustmentBody {
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

export class GrantSourceAnswer extends EntrySourceAnswer {
  @ApiPropertyOptional({
    type: String,
    example: 'rdm_01kbhe5m8f6q0000000000000a',
    description: 'Which part of it, where it gives several grants: a month of an invoice, a redemption of a voucher.',
  })
  part?: string;
}

export class GrantAnswer {
  @ApiProperty({ example: 'grt_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ description: 'Whether the credits were paid for.', enum: ['paid', 'promotional'] })
  category!: GrantCategory;

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
  status!: GrantStatus;

  @ApiProperty({ description: 'From when on its credits can be used.', format: 'date-time' })
  effectiveAt!: string;

  @ApiProperty({
    description: 'When what is left lapses; null when it never does.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  expiresAt!: string | null;

  @ApiProperty({ description: 'What was paid for it; null for gifts.', type: CostBasisFields, nullable: true })
  costBasis!: CostBasisFields | null;

  @ApiProperty({ description: 'What gave it.', type: GrantSourceAnswer })
  source!: GrantSourceAnswer;

  @ApiProperty({ description: 'Why, in the words of the caller; null when nobody said.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}
