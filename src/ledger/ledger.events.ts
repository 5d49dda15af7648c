import { ApiProperty } from '@nestjs/swagger';
import type { EventCatalogue } from '../outbox/event-types.js';
import { GrantAnswer } from './api/grants.dto.js';
import { HoldAnswer } from './api/holds.dto.js';
import { ReversalAnswer } from './api/spends.dto.js';
import { LapsedGrantAnswer, LowBalanceAnswer, StandingAnswer } from './events/events.dto.js';

export class ExpiringGrantAnswer {
  @ApiProperty({ type: String, example: 'grt_01kbhe5m8f6q0000000000000a' })
  grantId!: string;

  @ApiProperty({ type: 'integer', example: 7, description: 'What is left of the grant.' })
  credits!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'When they expire.' })
  expiresAt!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The key of the alert that asks for it; null where it is told without any, three days before.',
  })
  alert!: string | null;
}

export const ledgerEvents = {
  'credits.expiring': {
    data: ExpiringGrantAnswer,
    description: 'Credits that are left of a grant expire in a few days.',
  },
  'grant.created': { data: GrantAnswer, description: 'Credits were given, now or for later.' },
  'grant.expired': {
    data: LapsedGrantAnswer,
    description: 'Credits of a grant ended unspent: all that was left, or as much of it as no hold covered.',
  },
  'grant.voided': { data: LapsedGrantAnswer, description: 'What was left of a grant was taken back by hand.' },
  'spend.reversed': { data: ReversalAnswer, description: 'Credits of a spend were given back.' },
  'hold.expired': {
    data: HoldAnswer,
    description: 'A hold has passed its deadline: what it still held is free again.',
  },
  'balance.low': { data: LowBalanceAnswer, description: 'What is available has fallen below an alert.' },
  'balance.depleted': {
    data: StandingAnswer,
    description: 'What is available has fallen from above 0 to 0 or below.',
  },
  'balance.recovered': { data: StandingAnswer, description: 'What is available has risen above 0 again.' },
} satisfies Partial<EventCatalogue>;
