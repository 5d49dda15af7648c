import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { MayBeAbsent } from '../http/input/fields.js';
import type { FieldError } from '../http/problems/http.problems.js';
import {
  DIMENSIONS_SCHEMA,
  IsMatch,
  IsMeterKey,
  IsQuantity,
  METER_KEY_PATTERN,
  QUANTITY_SCHEMA,
} from '../rating/fields.js';
import { counterKeyOf, type Dimensions, sorted } from '../rating/pricing/dimensions.js';
import { NO_QUANTITY, quantityOf, quantityText } from '../rating/pricing/quantity.js';
import type { IncludedUsage } from './included-usage.js';

/** How many meters and matches a plan may include. */
export const MAX_INCLUDED = 20;

@ApiSchema({ name: 'IncludedUsageTerms' })
export class IncludedUsageBody {
  @ApiProperty({ description: 'The key of a meter.', pattern: METER_KEY_PATTERN.source, example: 'pages' })
  @IsMeterKey()
  meter!: string;

  @ApiPropertyOptional({
    ...DIMENSIONS_SCHEMA,
    description: 'Dimensions that usage must have to be included; all usage of the meter is without them.',
    example: {},
  })
  @MayBeAbsent()
  @IsMatch()
  match?: Dimensions;

  @ApiProperty({
    ...QUANTITY_SCHEMA,
    description: "How much a month includes, in the meter's unit. More than 0.",
    example: 1000,
  })
  @IsQuantity()
  quantity!: string | number;
}

/** As it is shown. */
export class IncludedUsageAnswer implements IncludedUsage {
  @ApiProperty({ description: 'The key of the meter.', type: String, example: 'pages' })
  meter!: string;

  @ApiProperty({ ...DIMENSIONS_SCHEMA, description: 'Dimensions that usage must have to be included.', example: {} })
  match!: Dimensions;

  @ApiProperty({ description: "How much, in the meter's unit.", type: String, example: '1000' })
  quantity!: string;
}

export function toIncludedUsage({ meter, match = {}, quantity }: IncludedUsageBody): IncludedUsage {
  return { meter, match: sorted(match), quantity: quantityText(quantityOf(quantity) ?? NO_QUANTITY) };
}

/** What is wrong with a list whose members are valid by themselves. */
export function faultsOfIncluded(included: readonly IncludedUsageBody[]): FieldError[] {
  const known = new Set<string>();
  return included.flatMap(({ meter, match = {}, quantity }, index) => {
    const key = counterKeyOf(meter, match);
    const isTwice = known.has(key);
    known.add(key);
    return [
      ...(quantityOf(quantity) === NO_QUANTITY
        ? [{ pointer: `/included/${index}/quantity`, detail: 'must be more than 0' }]
        : []),
      ...(isTwice ? [{ pointer: `/included/${index}`, detail: 'must not have a meter and match twice' }] : []),
    ];
  });
}
