import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsInstant, IsNested } from '../../http/input/fields.js';
import { DIMENSIONS_SCHEMA } from '../../rating/fields.js';
import type { Dimensions } from '../../rating/pricing/dimensions.js';
import { RateTermsBody } from '../../rating/rates/rates.dto.js';
import { REFUSAL_TYPES, type RefusalType } from './sums.js';

export class SimulationBody {
  @ApiProperty({ type: RateTermsBody, description: 'What a version of the rate card would say.' })
  @IsNested(() => RateTermsBody)
  draft!: RateTermsBody;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-11-01T00:00:00Z',
    description: 'Where the span begins: usage of this time, or later.',
  })
  @IsInstant()
  from!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-11-29T00:00:00Z',
    description: 'Where it ends: usage before this time, which must have passed.',
  })
  @IsInstant()
  to!: string;
}

const LINES = { description: 'How many lines of usage.', type: 'integer', example: 120 } as const;
const QUANTITY = { description: "How much was used, in the meter's unit.", type: String, example: '340.5' } as const;
const BEFORE = { description: 'What was charged for it.', type: 'integer', example: 341 } as const;
const AFTER = { description: 'What the draft would have charged.', type: 'integer', example: 298 } as const;
const ACCOUNT_ID = { description: 'The account.', type: String, example: 'ada' } as const;

@ApiSchema({ name: 'RefusedUsageKind' })
class RefusedUsageKindAnswer {
  @ApiProperty({
    enum: [...REFUSAL_TYPES],
    enumName: 'UsageRefusal',
    description: 'The problem that it would have been refused with.',
    example: 'usage-not-priced',
  })
  type!: RefusalType;

  @ApiProperty({ ...DIMENSIONS_SCHEMA, description: 'What told it apart.', example: { model: 'unheard-of' } })
  dimensions!: Dimensions;

  @ApiProperty(LINES)
  lines!: number;
}

@ApiSchema({ name: 'RefusedUsage' })
class RefusedUsageAnswer {
  @ApiProperty(LINES)
  lines!: number;

  @ApiProperty(QUANTITY)
  quantity!: string;

  @ApiProperty({ ...BEFORE, description: 'What was charged for it, which is in `beforeCredits` of the whole as well.' })
  beforeCredits!: number;

  @ApiProperty({ type: [RefusedUsageKindAnswer], description: 'The first twenty kinds of it.' })
  usage!: RefusedUsageKindAnswer[];
}

class SimulatedSumsAnswer {
  @ApiProperty(LINES)
  lines!: number;

  @ApiProperty(QUANTITY)
  quantity!: string;

  @ApiProperty({ ...QUANTITY, description: 'What of the quantity was included, and stays so.', example: '0' })
  includedQuantity!: string;

  @ApiProperty(BEFORE)
  beforeCredits!: number;

  @ApiProperty(AFTER)
  afterCredits!: number;

  @ApiProperty({
    type: RefusedUsageAnswer,
    nullable: true,
    description:
      'What of it the draft has no price for, and would have refused: it counts as 0 after. Null for nothing.',
  })
  refused!: RefusedUsageAnswer | null;
}

/** The first line. */
@ApiSchema({ name: 'SimulationBegin' })
export class SimulationBeginAnswer {
  @ApiProperty({ enum: ['begin'], description: 'The first line.', example: 'begin' })
  line!: 'begin';

  @ApiProperty({ description: 'The key of the meter.', type: String, example: 'pages' })
  meter!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Where the span begins.' })
  from!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Where it ends.' })
  to!: string;
}

@ApiSchema({ name: 'SimulatedAccount' })
export class SimulatedAccountAnswer extends SimulatedSumsAnswer {
  @ApiProperty({ enum: ['account'], description: 'One for each account that used the meter.', example: 'account' })
  line!: 'account';

  @ApiProperty(ACCOUNT_ID)
  accountId!: string;

  @ApiProperty({
    type: Boolean,
    description:
      'Whether it had holds by lines of the meter. What they had reserved at the time is not known any more, so ' +
      'tiers by the month and carried fractions may come out otherwise than they would have.',
    example: false,
  })
  hadHolds!: boolean;

  @ApiProperty({
    type: Boolean,
    description:
      'Whether `afterCredits` is what the draft would have charged to the credit. False where the account had holds ' +
      'by lines, and the draft prices by the month or carries fractions.',
    example: true,
  })
  exact!: boolean;
}

@ApiSchema({ name: 'SimulationProgress' })
export class SimulationProgressAnswer {
  @ApiProperty({
    enum: ['progress'],
    description: 'Where no other line was written for some seconds.',
    example: 'progress',
  })
  line!: 'progress';

  @ApiProperty({ description: 'How many accounts are done that used the meter.', type: 'integer', example: 12 })
  accounts!: number;
}

@ApiSchema({ name: 'SimulatedChange' })
class SimulatedChangeAnswer {
  @ApiProperty(ACCOUNT_ID)
  accountId!: string;

  @ApiProperty(BEFORE)
  beforeCredits!: number;

  @ApiProperty(AFTER)
  afterCredits!: number;
}

@ApiSchema({ name: 'SimulatedSide' })
class SimulatedSideAnswer {
  @ApiProperty({ description: 'How many accounts.', type: 'integer', example: 3 })
  accounts!: number;

  @ApiProperty({ description: 'By how much for all of them, which is never below 0.', type: 'integer', example: 41 })
  credits!: number;

  @ApiProperty({
    type: [SimulatedChangeAnswer],
    description: 'The hundred of them that it is most for, that one first.',
  })
  most!: SimulatedChangeAnswer[];
}

@ApiSchema({ name: 'SimulationTotal' })
export class SimulationTotalAnswer extends SimulatedSumsAnswer {
  @ApiProperty({ enum: ['total'], description: 'The last line: an answer that ends so is whole.', example: 'total' })
  line!: 'total';

  @ApiProperty({ description: 'How many accounts used the meter.', type: 'integer', example: 7 })
  accounts!: number;

  @ApiProperty({ type: SimulatedSideAnswer, description: 'Those that would have paid more.' })
  more!: SimulatedSideAnswer;

  @ApiProperty({ type: SimulatedSideAnswer, description: 'Those that would have paid less.' })
  less!: SimulatedSideAnswer;

  @ApiProperty({ description: 'How many would have paid the same.', type: 'integer', example: 4 })
  unchangedAccounts!: number;

  @ApiProperty({ description: 'How many of all had holds by lines of the meter.', type: 'integer', example: 0 })
  accountsWithHolds!: number;

  @ApiProperty({ description: 'How many of all are not `exact`.', type: 'integer', example: 0 })
  inexactAccounts!: number;
}

@ApiSchema({ name: 'SimulationProblem' })
export class SimulationProblemAnswer {
  @ApiProperty({ enum: ['problem'], description: 'The last line, in place of `total`.', example: 'problem' })
  line!: 'problem';

  @ApiProperty({ allOf: [{ $ref: '#/components/schemas/Problem' }], description: 'Why it was ended.' })
  problem!: object;
}
