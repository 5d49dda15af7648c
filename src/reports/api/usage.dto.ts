import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsText, MayBeAbsent, OptionalInstant } from '../../http/input/fields.js';
import { Limit } from '../../http/input/page-query.js';
import { DEFAULT_PAGE_LIMIT } from '../../kernel/keyset-page.js';
import { DIMENSIONS_SCHEMA, IsMeterKey, METER_KEY_PATTERN } from '../../rating/fields.js';
import { AS_OF } from './as-of.js';
import { IsTimezone } from './timezone.js';

class UsageSpanQuery {
  @ApiPropertyOptional({
    type: String,
    pattern: METER_KEY_PATTERN.source,
    example: 'tokens',
    description: 'Usage of this meter alone.',
  })
  @MayBeAbsent()
  @IsMeterKey()
  meter?: string;

  @OptionalInstant(
    '2026-11-01T00:00:00+01:00',
    'What was used from here on, by the time of the usage: a whole quarter of an hour. When absent, the beginning ' +
      'of the month of `to` in the time zone.',
  )
  from?: string;

  @OptionalInstant(
    '2026-12-01T00:00:00+01:00',
    'What was used before: a whole quarter of an hour. When absent, the next one after now.',
  )
  to?: string;

  @ApiPropertyOptional({
    type: String,
    default: 'UTC',
    example: 'Europe/Berlin',
    description: 'The time zone of hours, days and months, by its name in the database of the IANA.',
  })
  @MayBeAbsent()
  @IsTimezone()
  timezone?: string;
}

export class UsageQuery extends UsageSpanQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 400,
    example: 'day,model',
    description:
      'What is added up apart, besides meters: one of `hour`, `day` and `month`, and names of up to five dimensions, ' +
      'with commas between them.',
  })
  @MayBeAbsent()
  @IsText({ max: 400 })
  by?: string;
}

export class TopAccountsQuery extends UsageSpanQuery {
  @Limit()
  limit: number = DEFAULT_PAGE_LIMIT;
}

class UsageCostAnswer {
  @ApiProperty({ example: 'usd' })
  currency!: string;

  @ApiProperty({ description: 'In the minor unit of the currency, such as cents.', type: 'integer', example: 640 })
  amountMinor!: number;
}

const COST = 'What the credits had cost, by what was paid for the grants that they came from; empty for gifts.';

export class UsageSumAnswer {
  @ApiProperty({ description: 'Where the period begins.', format: 'date-time', example: '2026-11-01T00:00:00.000Z' })
  from!: string;

  @ApiProperty({ description: 'Where it ends.', format: 'date-time', example: '2026-11-02T00:00:00.000Z' })
  to!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'tokens',
    description: 'The meter; null for what was spent by an amount.',
  })
  meter!: string | null;

  @ApiProperty({
    ...DIMENSIONS_SCHEMA,
    example: { model: 'large' },
    description: 'The dimensions that `by` names, without those that the usage does not have.',
  })
  dimensions!: Record<string, string>;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '1200.5',
    description: 'How much was used and not undone, as decimal text; null for what was spent by an amount.',
  })
  quantity!: string | null;

  @ApiProperty({ description: 'Credits spent less those given back.', type: 'integer', example: 64 })
  credits!: number;

  @ApiProperty({ type: [UsageCostAnswer], description: COST })
  cost!: UsageCostAnswer[];
}

export class UsageReportAnswer {
  @ApiProperty({
    type: [UsageSumAnswer],
    description: 'By period, then by meter and dimensions. What is 0 is left out.',
  })
  data!: UsageSumAnswer[];

  @ApiPropertyOptional(AS_OF)
  asOf?: string;
}

export class TopAccountAnswer {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '1200.5',
    description: 'How much it used of the meter that was asked for, as decimal text; null for all meters together.',
  })
  quantity!: string | null;

  @ApiProperty({ description: 'Credits spent less those given back.', type: 'integer', example: 64 })
  credits!: number;

  @ApiProperty({ type: [UsageCostAnswer], description: COST })
  cost!: UsageCostAnswer[];
}

export class TopAccountsAnswer {
  @ApiProperty({ type: [TopAccountAnswer], description: 'The one that spent most first.' })
  data!: TopAccountAnswer[];

  @ApiPropertyOptional(AS_OF)
  asOf?: string;
}
