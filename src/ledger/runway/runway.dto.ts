import { ApiProperty } from '@nestjs/swagger';

const PACE =
  'less what was given back in them, to hundredths. Of a younger account these are the days since its first entry, ' +
  'one at least.';

export class RunwayAnswer {
  @ApiProperty({ description: `Credits a day that were spent in the last 7 days, ${PACE}`, example: 1.43 })
  perDay7!: number;

  @ApiProperty({ description: `Credits a day that were spent in the last 30 days, ${PACE}`, example: 1.2 })
  perDay30!: number;

  @ApiProperty({
    description:
      'When nothing is available any more, if spending goes on as in the last 7 days, or in the last 30 where ' +
      'nothing was spent in those, and nothing is bought. Held credits count as used, and grants that are to come ' +
      'from their own time on. Null where nothing is available now, and where that would never be.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-29T20:24:00.000Z',
  })
  endsAt!: string | null;

  @ApiProperty({
    description: 'Whether the last credits will have been spent then, or have lapsed; null without `endsAt`.',
    type: String,
    enum: ['spent', 'lapsed', null],
    nullable: true,
    example: 'spent',
  })
  because!: 'spent' | 'lapsed' | null;
}
