import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MayBeAbsent, OptionalInstant } from '../../http/input/fields.js';
import { AS_OF } from '../api/as-of.js';
import { IsTimezone } from '../api/timezone.js';

export const REVENUE_PERIODS = ['day', 'month'] as const;

export class RevenueQuery {
  @OptionalInstant(
    '2026-11-01T00:00:00+01:00',
    'What has happened from here on: a whole quarter of an hour. When absent, the beginning of the month of `to` ' +
      'in the time zone.',
  )
  from?: string;

  @OptionalInstant(
    '2026-12-01T00:00:00+01:00',
    'What has happened before: a whole quarter of an hour. When absent, the next one after now.',
  )
  to?: string;

  @ApiPropertyOptional({ enum: REVENUE_PERIODS, default: 'month', description: 'What is added up.' })
  @MayBeAbsent()
  @IsIn(REVENUE_PERIODS, { message: 'must be day or month' })
  by?: (typeof REVENUE_PERIODS)[number];

  @ApiPropertyOptional({
    type: String,
    default: 'UTC',
    example: 'Europe/Berlin',
    description: 'The time zone of days and months, by its name in the database of the IANA.',
  })
  @MayBeAbsent()
  @IsTimezone()
  timezone?: string;
}

const MINOR = 'In the minor unit of the currency, such as cents, without tax.';

export class RevenueSumAnswer {
  @ApiProperty({ description: 'Where the period begins.', format: 'date-time', example: '2026-11-01T00:00:00.000Z' })
  from!: string;

  @ApiProperty({ description: 'Where it ends.', format: 'date-time', example: '2026-12-01T00:00:00.000Z' })
  to!: string;

  @ApiProperty({ example: 'usd' })
  currency!: string;

  @ApiProperty({
    description: `What was paid for credits and plans, after discounts, when they were given. ${MINOR}`,
    type: 'integer',
    example: 5000,
  })
  soldMinor!: number;

  @ApiProperty({
    description:
      'What of it was earned: by credits that were spent or repaid debt, and by plans and features without credits ' +
      `when what was paid for is over. Lower by what went back of it. ${MINOR}`,
    type: 'integer',
    example: 3250,
  })
  recognisedMinor!: number;

  @ApiProperty({
    description: `What stands for credits that lapsed or were voided unspent, less what went back of it. ${MINOR}`,
    type: 'integer',
    example: 250,
  })
  brokenMinor!: number;

  @ApiProperty({
    description: `What went back by refunds and disputes, less what came again. ${MINOR}`,
    type: 'integer',
    example: 500,
  })
  returnedMinor!: number;

  @ApiProperty({
    description:
      'What is owed at the end of the period: for credits that are not spent, and plans that are not over. It grows ' +
      `by \`sold - recognised - broken - returned\`. ${MINOR}`,
    type: 'integer',
    example: 1000,
  })
  owedMinor!: number;

  @ApiProperty({
    description: 'The tax of what was sold, less that of what was returned, in the minor unit of the currency.',
    type: 'integer',
    example: 855,
  })
  taxMinor!: number;
}

export class RevenueReportAnswer {
  @ApiProperty({
    type: [RevenueSumAnswer],
    description: 'By period, then by currency. Each period has every currency in which something was sold by its end.',
  })
  data!: RevenueSumAnswer[];

  @ApiPropertyOptional(AS_OF)
  asOf?: string;
}
