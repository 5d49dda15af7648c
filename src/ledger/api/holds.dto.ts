import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsAccountId, IsCreditAmount, IsInteger, MayBeAbsent } from '../../http/input/fields.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { HOLD_STATUSES, type HoldStatus } from '../book/model.js';
import { ListSpendsQuery, SpendAnswer } from './spends.dto.js';

/** From one second to seven days. */
export const HOLD_SECONDS = { min: 1, max: 604_800 };

export class HoldBody {
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

export class CaptureHoldBody {
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

export class ExtendHoldBody {
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

export class HoldAnswer {
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
  status!: HoldStatus;

  @ApiProperty({ description: 'When it gives back by itself what it still holds.', format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class CaptureAnswer extends SpendAnswer {
  @ApiProperty({ description: 'The hold after the capture.', type: HoldAnswer })
  hold!: HoldAnswer;
}
