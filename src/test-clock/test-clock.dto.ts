import { ApiProperty } from '@nestjs/swagger';
import { IsInteger } from '../http/input/fields.js';

const MAX_SECONDS = 2 * 366 * 86_400;

export class AdvanceClockBody {
  @ApiProperty({
    description: 'By how many seconds.',
    type: 'integer',
    minimum: 0,
    maximum: MAX_SECONDS,
    example: 2_700_000,
  })
  @IsInteger({ min: 0, max: MAX_SECONDS })
  seconds!: number;
}

export class TestClockAnswer {
  @ApiProperty({ type: String, format: 'date-time', description: 'The time that it is now.' })
  now!: string;
}
