import { ApiProperty } from '@nestjs/swagger';
import type { PlanInclusion } from '../ledger/usage/included/known-inclusions.js';
import { DIMENSIONS_SCHEMA } from '../rating/fields.js';
import type { Dimensions } from '../rating/pricing/dimensions.js';
import { quantityText, subtractQuantity } from '../rating/pricing/quantity.js';

export class InclusionAnswer {
  @ApiProperty({ description: 'The key of the meter.', type: String, example: 'pages' })
  meter!: string;

  @ApiProperty({ ...DIMENSIONS_SCHEMA, description: 'Dimensions that usage must have to be included.', example: {} })
  match!: Dimensions;

  @ApiProperty({
    description: "What is included, in the meter's unit, less what a refund has taken back.",
    type: String,
    example: '1000',
  })
  quantity!: string;

  @ApiProperty({ description: 'What of it is left.', type: String, example: '340' })
  remainingQuantity!: string;

  @ApiProperty({
    description: 'From when on usage is covered, by its own time.',
    type: String,
    format: 'date-time',
    example: '2026-11-01T09:30:00.000Z',
  })
  effectiveAt!: string;

  @ApiProperty({
    description:
      'Usage of this instant and later is not covered. Some hours after the end of the month, since renewals clear ' +
      'late, or with the month that follows, or with the subscription.',
    type: String,
    format: 'date-time',
    example: '2026-12-01T15:30:00.000Z',
  })
  expiresAt!: string;
}

export class IncludedAnswer {
  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'What ends first comes first.', type: [InclusionAnswer] })
  data!: InclusionAnswer[];

  @ApiProperty({
    description: 'When this was so.',
    type: String,
    format: 'date-time',
    example: '2026-11-21T09:30:00.000Z',
  })
  asOf!: string;
}

export function toInclusionAnswer(inclusion: PlanInclusion): InclusionAnswer {
  const { meter, match, granted, takenBack, remaining, effectiveAt, expiresAt } = inclusion;
  return {
    meter,
    match,
    quantity: quantityText(subtractQuantity(granted, takenBack)),
    remainingQuantity: quantityText(remaining),
    effectiveAt: effectiveAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
