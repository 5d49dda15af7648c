import { ApiProperty } from '@nestjs/swagger';
import { OFF_SESSION_STOPS, type OffSessionStop } from '../../accounts/account.entity.js';
import { IsText } from '../../http/input/fields.js';
import type { NewClearance } from './clear-off-session-stop.js';

export class ClearOffSessionStopBody {
  @ApiProperty({
    description: 'Why, for the record: at most 500 characters.',
    type: String,
    maxLength: 500,
    example: 'the customer called, and it was their own card',
  })
  @IsText({ max: 500 })
  reason!: string;
}

export class OffSessionClearanceAnswer {
  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ enum: [...OFF_SESSION_STOPS], enumName: 'OffSessionStopReason', description: 'What had stopped it.' })
  stop!: OffSessionStop;

  @ApiProperty({
    description: 'Why, in the words of the caller.',
    type: String,
    example: 'the customer called, and it was their own card',
  })
  reason!: string;

  @ApiProperty({ type: String, example: 'key_01kbhe5m8f6q0000000000000a', description: 'The key that asked for it.' })
  actor!: string;

  @ApiProperty({ description: 'From when on saved cards could be charged again.', type: String, format: 'date-time' })
  clearedAt!: string;
}

export function toOffSessionClearanceAnswer(clearance: NewClearance): OffSessionClearanceAnswer {
  const { accountId, stop, reason, actor, clearedAt } = clearance;
  return { accountId, stop, reason, actor, clearedAt: clearedAt.toISOString() };
}
