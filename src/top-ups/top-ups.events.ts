import { ApiProperty } from '@nestjs/swagger';
import type { EventCatalogue } from '../outbox/event-types.js';
import { PAUSE_REASONS, type PauseReason } from './decisions/decide-top-up.js';

/** An automatic charge, paid or not. */
export class TopUpChargeAnswer {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({ type: 'integer', example: 1000, description: 'What was to be charged, in minor units.' })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;
}

/** An automatic charge that was declined. */
export class FailedTopUpAnswer extends TopUpChargeAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'insufficient_funds',
    description: "Why, in Stripe's word; null where Stripe would not even try.",
  })
  declineCode!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is tried again; null where it is not.',
  })
  nextTryAt!: string | null;
}

/** An automatic charge that the bank wants to have confirmed. */
export class TopUpActionAnswer extends TopUpChargeAnswer {
  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://credits.example.com/top-ups/confirm?attempt=tup_01kbhe5m8f6q0000000000000a&key=pX3vY0bqQvGJmZ',
    description: 'Send the customer here. Whoever knows it may confirm this payment, and nothing else.',
  })
  actionUrl!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Until when that can be done.' })
  actionExpiresAt!: string;
}

/** Automatic top-ups that go on only when somebody resumes them. */
export class PausedTopUpAnswer {
  @ApiProperty({ enum: [...PAUSE_REASONS], enumName: 'AutoTopUpPauseReason', description: 'Why they were stopped.' })
  because!: PauseReason;
}

export const topUpsEvents = {
  'auto_top_up.succeeded': { data: TopUpChargeAnswer, description: 'An account was topped up by itself.' },
  'auto_top_up.failed': { data: FailedTopUpAnswer, description: 'An automatic charge was declined.' },
  'auto_top_up.action_required': {
    data: TopUpActionAnswer,
    description: 'An automatic charge waits for the customer, whom their bank wants to ask.',
  },
  'auto_top_up.paused': { data: PausedTopUpAnswer, description: 'Automatic top-ups were paused, and why.' },
} satisfies Partial<EventCatalogue>;
