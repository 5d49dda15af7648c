import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { CostBasisDto } from './ledger.dto.js';

class AllocationDto {
  @ApiProperty({ example: 'grt_01kahn2qe1c3p7x5m4v8r9t6ws' })
  grantId!: string;

  @ApiProperty({ type: 'integer', example: 5 })
  amount!: number;
}

@ApiSchema({ name: 'EntrySource' })
class SourceDto {
  @ApiProperty({ example: 'payment_intent' })
  type!: string;

  @ApiProperty({ example: 'pi_3SVqZ2Kd8f' })
  id!: string;
}

@ApiSchema({ name: 'ExpiringCredits' })
class ExpiringDto {
  @ApiProperty({ type: 'integer', example: 12 })
  amount!: number;

  @ApiProperty({ format: 'date-time', example: '2027-11-21T12:00:00.000Z' })
  expiresAt!: string;
}

export class BalanceDto {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 12, description: 'Posted credits. Negative is debt.' })
  balance!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  held!: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'balance - held: what can be spent.' })
  available!: number;

  @ApiProperty({ type: [ExpiringDto] })
  expiring!: ExpiringDto[];

  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  asOf!: string;
}

export class EntryDto {
  @ApiProperty({ type: 'integer', example: 2 })
  seq!: number;

  @ApiProperty({
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

  @ApiProperty({ type: 'integer', example: -5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 12 })
  balanceBefore!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  balanceAfter!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Signed change of the debt.' })
  debt!: number;

  @ApiProperty({ type: SourceDto })
  source!: SourceDto;

  @ApiProperty({ type: [AllocationDto] })
  allocations!: AllocationDto[];

  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  actor!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  effectiveAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
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

  @ApiProperty({ enum: ['paid', 'promotional'] })
  category!: string;

  @ApiProperty({ type: 'integer', example: 12 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  remaining!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50, description: 'Lower is used first.' })
  priority!: number;

  @ApiProperty({ enum: ['pending', 'active', 'depleted', 'expired', 'voided'] })
  status!: string;

  @ApiProperty({ format: 'date-time' })
  effectiveAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ type: CostBasisDto, nullable: true })
  costBasis!: CostBasisDto | null;

  @ApiProperty({ type: SourceDto })
  source!: SourceDto;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

class SpendFactsDto {
  @ApiProperty({ example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  id!: string;

  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'The number of its entry.' })
  seq!: number;

  @ApiProperty({ type: [AllocationDto] })
  allocations!: AllocationDto[];

  @ApiProperty({ type: String, nullable: true })
  holdId!: string | null;

  @ApiProperty({ type: String, nullable: true })
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

  @ApiProperty({ type: 'integer', example: 5 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  captured!: number;

  @ApiProperty({ enum: ['active', 'captured', 'released', 'expired'] })
  status!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class CaptureDto extends SpendDto {
  @ApiProperty({ type: HoldDto })
  hold!: HoldDto;
}

export class ReversalDto {
  @ApiProperty({ example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  spendId!: string;

  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  amount!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'What of the spend was given back so far.' })
  reversed!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  seq!: number;

  @ApiProperty({ type: 'integer', example: 9 })
  balance!: number;

  @ApiProperty({ type: 'integer', example: 9 })
  available!: number;

  @ApiProperty({ type: [AllocationDto] })
  allocations!: AllocationDto[];

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

@ApiSchema({ name: 'SpendBatchResult' })
class BatchResultDto {
  @ApiProperty({ enum: ['accepted', 'replayed', 'rejected'] })
  status!: string;

  @ApiPropertyOptional({ type: SpendDto })
  spend?: SpendDto;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Why it was rejected.' })
  problem?: object;
}

@ApiSchema({ name: 'SpendBatch' })
export class BatchAnswerDto {
  @ApiProperty({ type: [BatchResultDto] })
  results!: BatchResultDto[];
}

class StatementLineDto {
  @ApiProperty({ type: 'integer', example: 2 })
  seq!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  balance!: number;

  @ApiProperty({ minLength: 64, maxLength: 64 })
  hash!: string;
}

export class StatementDto {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  to!: string;

  @ApiProperty({ type: StatementLineDto, description: 'Where the chain stood before the first entry shown.' })
  opening!: StatementLineDto;

  @ApiProperty({ type: [EntryDto], description: 'Oldest first.' })
  entries!: EntryDto[];

  @ApiProperty({ type: StatementLineDto, description: 'Where it stands after the last.' })
  closing!: StatementLineDto;
}
