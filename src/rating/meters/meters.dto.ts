import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInteger, IsText, MayBeAbsent, MayBeAbsentOrNull } from '../../http/input/fields.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { type Meter, type MeterTerms, WHEN_SHORT, type WhenShort } from './meter.js';

export class PutMeterBody {
  @ApiProperty({ description: 'What people read.', type: String, maxLength: 200, example: 'Tokens' })
  @IsText({ max: 200 })
  name!: string;

  @ApiProperty({ description: 'One of what is counted.', type: String, maxLength: 50, example: 'token' })
  @IsText({ max: 50 })
  unit!: string;

  @ApiPropertyOptional({
    description: 'What is done with usage events that the account cannot pay: refused, or taken as debt.',
    enum: [...WHEN_SHORT],
    enumName: 'WhenShort',
    default: 'reject',
  })
  @MayBeAbsent()
  @IsIn(WHEN_SHORT, { message: `must be one of ${WHEN_SHORT.join(', ')}` })
  whenShort?: WhenShort;

  @ApiPropertyOptional({
    description: 'How far below 0 an event may take what is available. Needed for `debt`, and for nothing else.',
    type: 'integer',
    minimum: 0,
    maximum: MAX_REQUEST_CREDITS,
    nullable: true,
    example: null,
  })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  maxDebtCredits?: number | null;
}

/** The terms that a body describes. @throws ValidationFailed for a debt without a measure, or a measure without debt */
export function toMeterTerms({ name, unit, whenShort = 'reject', maxDebtCredits = null }: PutMeterBody): MeterTerms {
  if (whenShort === 'debt' && maxDebtCredits === null)
    throw ValidationFailed.at('/maxDebtCredits', 'is required with whenShort debt');
  if (whenShort !== 'debt' && maxDebtCredits !== null)
    throw ValidationFailed.at('/maxDebtCredits', 'must be left out without whenShort debt');
  return { name, unit, whenShort, maxDebtCredits };
}

export class MeterAnswer {
  @ApiProperty({ description: 'The key of the meter, which is your own.', type: String, example: 'tokens' })
  key!: string;

  @ApiProperty({ description: 'What people read.', type: String, example: 'Tokens' })
  name!: string;

  @ApiProperty({ description: 'One of what is counted.', type: String, example: 'token' })
  unit!: string;

  @ApiProperty({
    description: 'What is done with usage events that the account cannot pay.',
    enum: [...WHEN_SHORT],
    enumName: 'WhenShort',
    example: 'reject',
  })
  whenShort!: WhenShort;

  @ApiProperty({
    description: 'How far below 0 an event may take what is available; null where such events are refused.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  maxDebtCredits!: number | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-29T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-29T09:30:00.000Z' })
  updatedAt!: string;
}

export function toMeterAnswer(meter: Meter): MeterAnswer {
  return {
    key: meter.key,
    name: meter.name,
    unit: meter.unit,
    whenShort: meter.whenShort,
    maxDebtCredits: meter.maxDebtCredits,
    createdAt: meter.createdAt.toISOString(),
    updatedAt: meter.updatedAt.toISOString(),
  };
}
