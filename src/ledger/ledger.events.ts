import { ApiProperty } from '@nestjs/swagger';
import type { EventCatalogue } from '../outbox/event-types.js';

export class ExpiringGrantAnswer {
  @ApiProperty({ type: String, example: 'grt_01kbhe5m8f6q0000000000000a' })
  grantId!: string;

  @ApiProperty({ type: 'integer', example: 7, description: 'What is left of the grant.' })
  credits!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'When they expire.' })
  expiresAt!: string;
}

export const ledgerEvents = {
  'credits.expiring': {
    data: ExpiringGrantAnswer,
    description: 'Credits that are left of a grant expire in a few days.',
  },
} satisfies Partial<EventCatalogue>;
