import { ApiProperty, ApiPropertyOptional, ApiSchema, OmitType } from '@nestjs/swagger';
import { PricedLineAnswer } from '../../rating/lines.dto.js';
import { AllocationAnswer } from './entries.dto.js';
import { SpendFacts } from './spends.dto.js';

/** A line of a spend, and what has become of it. */
export class ReceiptLineAnswer extends PricedLineAnswer {
  @ApiProperty({
    description:
      'Credits that the line has left for later ones of its meter and match to pay, exactly: its price less what it ' +
      'was charged. Negative where it has paid what is later charged less; 0 where each line is rounded up by itself.',
    type: String,
    example: '-0.9964',
  })
  carried!: string;

  @ApiProperty({ description: 'Whether it was undone: it counts as never used.', example: false })
  undone!: boolean;

  @ApiProperty({ description: 'What of its credits was given back.', type: 'integer', example: 0 })
  reversed!: number;
}

/** What was given back of a spend at once. */
export class SpendReversalAnswer {
  @ApiProperty({ description: 'The number of its entry.', type: 'integer', example: 3 })
  seq!: number;

  @ApiProperty({ description: 'Credits that it gave back.', type: 'integer', example: 2 })
  amount!: number;

  @ApiProperty({
    description: 'The lines that it has undone, by their places from 0; none where it gave back an amount.',
    type: 'array',
    items: { type: 'integer' },
    example: [0],
  })
  lines!: number[];

  @ApiProperty({ description: 'The grants that it returned credits to.', type: [AllocationAnswer] })
  allocations!: AllocationAnswer[];

  @ApiProperty({ description: 'Why, in the words of the caller; null when nobody said.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({
    description: 'The spend that was made in its place; null where none was.',
    type: String,
    nullable: true,
    example: null,
  })
  correctedBy!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

class CostAnswer {
  @ApiProperty({ description: 'In the minor unit of the currency, such as cents.', type: 'integer', example: 417 })
  amountMinor!: number;

  @ApiProperty({ example: 'usd' })
  currency!: string;
}

/** Credits of a spend that came from one grant. */
export class ReceiptAllocationAnswer extends AllocationAnswer {
  @ApiProperty({
    description:
      'What these credits had cost: their share of what was charged for the grant, rounded so that the shares of all ' +
      'its credits add up to that. Null where nothing was paid, and shortly after much was spent at once.',
    type: CostAnswer,
    nullable: true,
  })
  cost!: CostAnswer | null;
}

@ApiSchema({ name: 'SpendReceipt' })
export class ReceiptAnswer extends OmitType(SpendFacts, ['allocations']) {
  @ApiProperty({ type: [ReceiptAllocationAnswer], description: 'The grants that it took credits of.' })
  allocations!: ReceiptAllocationAnswer[];

  @ApiPropertyOptional({
    type: [ReceiptLineAnswer],
    description: 'What was used, what it cost and what of it is left, of a spend by a meter or by lines.',
  })
  lines?: ReceiptLineAnswer[];

  @ApiPropertyOptional({
    description: 'When it was used, which decides its price: of a spend by a meter or by lines.',
    format: 'date-time',
  })
  usedAt?: string;

  @ApiProperty({ type: 'integer', example: 0, description: 'What of it was given back.' })
  reversed!: number;

  @ApiProperty({ type: 'integer', example: 12 })
  balanceBefore!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  balanceAfter!: number;

  @ApiProperty({ description: 'What was given back of it, oldest first.', type: [SpendReversalAnswer] })
  reversals!: SpendReversalAnswer[];

  @ApiProperty({
    description: 'The spend in whose place it was made; null where it was none.',
    type: String,
    nullable: true,
    example: null,
  })
  corrects!: string | null;

  @ApiProperty({
    description: 'The spend that was made in its place, since it was wrong; null where none was.',
    type: String,
    nullable: true,
    example: null,
  })
  correctedBy!: string | null;
}
