import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsAccountId, MayBeAbsent } from '../http/input/fields.js';
import { LinesBody, PricedLineAnswer } from '../rating/lines.dto.js';

export class QuoteBody extends LinesBody {
  @ApiPropertyOptional({ example: 'ada', description: "Whose position and credits count; nobody's when left out." })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;
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
    description:
      'Whether the account could pay it now, which it always can where it costs nothing; null without an account.',
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
