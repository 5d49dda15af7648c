import { ApiProperty, PickType } from '@nestjs/swagger';
import { BalanceAnswer } from '../api/entries.dto.js';
import { GrantAnswer } from '../api/grants.dto.js';

export class LapsedGrantAnswer extends GrantAnswer {
  @ApiProperty({ description: 'Credits that ended unspent by this.', type: 'integer', example: 7 })
  lapsedCredits!: number;
}

/** Where an account stands. */
export class StandingAnswer extends PickType(BalanceAnswer, ['accountId', 'balance', 'held', 'available']) {}

export class LowBalanceAnswer extends StandingAnswer {
  @ApiProperty({ description: 'The key of the alert.', example: 'running-low' })
  alert!: string;

  @ApiProperty({ description: 'What is available has fallen below it.', type: 'integer', example: 10 })
  belowCredits!: number;
}
