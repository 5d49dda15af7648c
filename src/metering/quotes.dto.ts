import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { IsAccountId, IsNested, MayBeAbsent } from '../http/input/fields.js';
import { type FieldError, ValidationFailed } from '../http/problems/http.problems.js';
import {
  DIMENSIONS_SCHEMA,
  IsDimensions,
  IsMeterKey,
  IsQuantity,
  MAX_USAGE_DIMENSIONS,
  METER_KEY_PATTERN,
  QUANTITY_SCHEMA,
} from '../rating/fields.js';
import { MAX_LINES, PricedLineAnswer, toUsageLine, UsageLineBody } from '../rating/lines.dto.js';
import type { Dimensions } from '../rating/pricing/dimensions.js';
import type { UsageLine } from '../rating/pricing/price-lines.js';

export class QuoteBody {
  @ApiPropertyOptional({ example: 'ada', description: "Whose position and credits count; nobody's when left out." })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional({
    description: 'The key of the meter, for one line. Left out with `lines`.',
    type: String,
    pattern: METER_KEY_PATTERN.source,
    example: 'pages',
  })
  @MayBeAbsent()
  @IsMeterKey()
  meter?: string;

  @ApiPropertyOptional({ ...QUANTITY_SCHEMA, description: "How much, in the meter's unit.", example: 12 })
  @MayBeAbsent()
  @IsQuantity()
  quantity?: string | number;

  @ApiPropertyOptional({ ...DIMENSIONS_SCHEMA, description: 'What tells this usage apart.', example: {} })
  @MayBeAbsent()
  @IsDimensions({ max: MAX_USAGE_DIMENSIONS })
  dimensions?: Dimensions;

  @ApiPropertyOptional({
    type: [UsageLineBody],
    description: 'Several at once, priced one after the other, in place of `meter`, `quantity` and `dimensions`.',
    example: [
      { meter: 'tokens', quantity: 1200, dimensions: { model: 'large', kind: 'input' } },
      { meter: 'tokens', quantity: 350, dimensions: { model: 'large', kind: 'output' } },
    ],
  })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list of lines' })
  @ArrayMinSize(1, { message: 'must hold at least one line' })
  @ArrayMaxSize(MAX_LINES, { message: `must hold at most ${MAX_LINES} lines` })
  @IsNested(() => UsageLineBody, { each: true })
  lines?: UsageLineBody[];
}

/** The lines that a body asks for, in either form. @throws ValidationFailed for both forms at once, and for neither */
export function linesOf({ meter, quantity, dimensions, lines }: QuoteBody): UsageLine[] {
  const errors: FieldError[] = [];
  if (lines === undefined) {
    if (meter !== undefined && quantity !== undefined) return [toUsageLine({ meter, quantity, dimensions })];
    if (meter === undefined) errors.push({ pointer: '/meter', detail: 'is required without lines' });
    if (quantity === undefined) errors.push({ pointer: '/quantity', detail: 'is required without lines' });
    throw new ValidationFailed({ errors });
  }
  for (const [field, value] of Object.entries({ meter, quantity, dimensions }))
    if (value !== undefined) errors.push({ pointer: `/${field}`, detail: 'must be left out with lines' });
  if (errors.length > 0) throw new ValidationFailed({ errors });
  return lines.map(toUsageLine);
}

export class QuoteAnswer {
  @ApiProperty({
    description: 'Whom it was asked for; null for nobody.',
    type: String,
    nullable: true,
    example: 'ada',
  })
  accountId!: string | null;

  @ApiProperty({ description: 'What it would cost in all, in whole credits.', type: 'integer', example: 12 })
  amount!: number;

  @ApiProperty({
    description: 'The version of the rate card, when all lines are of one meter; else null.',
    type: 'integer',
    nullable: true,
    example: 1,
  })
  rateVersion!: number | null;

  @ApiProperty({
    description: 'Whether the account could pay it now; null without an account.',
    type: Boolean,
    nullable: true,
    example: true,
  })
  affordable!: boolean | null;

  @ApiProperty({
    description: 'Credits that the account can spend now; null without an account.',
    type: 'integer',
    nullable: true,
    example: 30,
  })
  available!: number | null;

  @ApiProperty({ type: [PricedLineAnswer], description: 'The lines, in the order in which they were asked for.' })
  lines!: PricedLineAnswer[];

  @ApiProperty({
    description: 'The moment that it was priced for.',
    type: String,
    format: 'date-time',
    example: '2026-11-29T12:00:00.000Z',
  })
  asOf!: string;
}
