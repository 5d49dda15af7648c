import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { IsNested, MayBeAbsent } from '../http/input/fields.js';
import { type FieldError, ValidationFailed } from '../http/problems/http.problems.js';
import { toJsonInteger } from '../kernel/credits.js';
import {
  DIMENSIONS_SCHEMA,
  IsDimensions,
  IsMeterKey,
  IsQuantity,
  METER_KEY_PATTERN,
  QUANTITY_SCHEMA,
} from './fields.js';
import { type Dimensions, sorted } from './pricing/dimensions.js';
import { sumOfParts } from './pricing/position.js';
import type { PricedLine, UsageLine } from './pricing/price-lines.js';
import { NO_QUANTITY, quantityOf, quantityText } from './pricing/quantity.js';
import { toText } from './pricing/ratio.js';

/** How many lines one request may have. */
export const MAX_LINES = 20;

@ApiSchema({ name: 'UsageLine' })
class UsageLineBody {
  @ApiProperty({ description: 'The key of the meter.', pattern: METER_KEY_PATTERN.source, example: 'tokens' })
  @IsMeterKey()
  meter!: string;

  @ApiProperty({
    ...QUANTITY_SCHEMA,
    description:
      "How much, in the meter's unit: decimal text or a number, with at most 12 digits before the point and 9 behind.",
    example: '1200',
  })
  @IsQuantity()
  quantity!: string | number;

  @ApiPropertyOptional({
    ...DIMENSIONS_SCHEMA,
    description: 'What tells this usage apart from other usage of the meter.',
    example: { model: 'large', kind: 'input' },
  })
  @MayBeAbsent()
  @IsDimensions()
  dimensions?: Dimensions;
}

/** The line that a valid body describes. */
export function toUsageLine({ meter, quantity, dimensions = {} }: UsageLineBody): UsageLine {
  return { meter, quantity: quantityOf(quantity) ?? NO_QUANTITY, dimensions: sorted(dimensions) };
}

/** What was used, in either of two forms: one line by itself, or several in a list. */
export class LinesBody {
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
  @IsDimensions()
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
export function usageLinesOf({ meter, quantity, dimensions, lines }: LinesBody): UsageLine[] {
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

export class PricedLineAnswer {
  @ApiProperty({ description: 'The key of the meter.', type: String, example: 'tokens' })
  meter!: string;

  @ApiProperty({ description: "How much, in the meter's unit.", type: String, example: '1200' })
  quantity!: string;

  @ApiProperty({
    ...DIMENSIONS_SCHEMA,
    description: 'What told this usage apart.',
    example: { kind: 'input', model: 'large' },
  })
  dimensions!: Dimensions;

  @ApiProperty({
    description: 'The version of the rate card that priced it.',
    type: 'integer',
    example: 1,
  })
  rateVersion!: number;

  @ApiProperty({
    description:
      'What it costs in credits, exactly: a decimal, or a fraction such as `10/3` where no decimal is exact.',
    type: String,
    example: '0.0036',
  })
  price!: string;

  @ApiProperty({ description: 'What of the quantity was included and costs nothing.', type: String, example: '0' })
  includedQuantity!: string;

  @ApiProperty({ description: 'What it is charged, in whole credits.', type: 'integer', example: 1 })
  credits!: number;
}

export function toPricedLineAnswer(line: PricedLine): PricedLineAnswer {
  return {
    meter: line.meter,
    quantity: quantityText(line.quantity),
    dimensions: line.dimensions,
    rateVersion: line.rateVersion,
    price: toText(line.price),
    includedQuantity: quantityText(sumOfParts(line.included)),
    credits: toJsonInteger(line.credits),
  };
}

/** The JSON text of `toPricedLineAnswer`, written out. A test compares the two. */
export function pricedLineJson(line: PricedLine): string {
  return (
    `{"meter":${JSON.stringify(line.meter)},"quantity":"${quantityText(line.quantity)}",` +
    `"dimensions":${JSON.stringify(line.dimensions)},"rateVersion":${line.rateVersion},` +
    `"price":"${toText(line.price)}","includedQuantity":"${quantityText(sumOfParts(line.included))}",` +
    `"credits":${toJsonInteger(line.credits)}}`
  );
}
