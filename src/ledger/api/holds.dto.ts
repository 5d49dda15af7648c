import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsAccountId, IsCreditAmount, IsInteger, MayBeAbsent } from '../../http/input/fields.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { LinesBody, PricedLineAnswer } from '../../rating/lines.dto.js';
import { HOLD_STATUSES, type HoldStatus } from '../book/model.js';
import { OVERAGES, type Overage } from '../usage/holds/capture-forms.js';
import { ListSpendsQuery, SpendAnswer } from './spends.dto.js';

/** From one second to seven days. */
export const HOLD_SECONDS = { min: 1, max: 604_800 };

export class HoldBody extends LinesBody {
  @ApiProperty({ example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiPropertyOptional({
    description:
      'Credits to put aside. In its place what usage is expected to cost, which may be nothing: `meter` and ' +
      '`quantity`, or `lines`. Its prices are kept for the captures.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 5,
  })
  @MayBeAbsent()
  @IsCreditAmount()
  amount?: number;

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

export class CaptureHoldBody extends PickType(LinesBody, ['lines', 'quantity']) {
  @ApiPropertyOptional({
    description:
      'Credits to spend of what is held: in place of `lines`, what was used, or of `quantity`, how much was used of ' +
      'the one line that the hold is of.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 3,
  })
  @MayBeAbsent()
  @IsCreditAmount()
  amount?: number;

  @ApiPropertyOptional({ default: true, description: 'Whether the rest of the hold is given back.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  final?: boolean;

  @ApiPropertyOptional({
    enum: [...OVERAGES],
    enumName: 'Overage',
    default: 'refuse',
    description: 'What becomes of a capture that exceeds its hold: it is refused, or taken of what is available.',
  })
  @MayBeAbsent()
  @IsIn(OVERAGES, { message: `must be one of ${OVERAGES.join(', ')}` })
  overage?: Overage;
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

  @ApiProperty({
    description: 'Credits that were captured so far; more than the amount where a capture has exceeded it.',
    type: 'integer',
    example: 0,
  })
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

  @ApiPropertyOptional({
    type: [PricedLineAnswer],
    description: 'What it was estimated by, and was expected to cost, of a hold by a meter or by lines.',
  })
  lines?: PricedLineAnswer[];
}

export class CaptureAnswer extends SpendAnswer {
  @ApiProperty({ description: 'The hold after the capture.', type: HoldAnswer })
  hold!: HoldAnswer;
}
