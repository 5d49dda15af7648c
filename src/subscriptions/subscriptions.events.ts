import { ApiProperty } from '@nestjs/swagger';
import type { EventCatalogue } from '../outbox/event-types.js';
import { ACCESS_STATES, type AccessState } from './mirror/access.js';
import { SubscriptionAnswer } from './subscriptions.dto.js';

class AnnouncedAnswer {
  @ApiProperty({ type: String, example: 'sub_1a2b', description: "Stripe's id of the subscription." })
  stripeSubscriptionId!: string;

  @ApiProperty({ type: String, example: 'basic-monthly' })
  plan!: string;
}

export class ChangedAccessAnswer extends AnnouncedAnswer {
  @ApiProperty({
    enum: [...ACCESS_STATES],
    enumName: 'AccessState',
    nullable: true,
    description: 'What it opened before; null when it has just begun.',
  })
  from!: AccessState | null;

  @ApiProperty({ enum: [...ACCESS_STATES], enumName: 'AccessState', description: 'What it opens now.' })
  to!: AccessState;
}

export class FailedPaymentAnswer extends AnnouncedAnswer {
  @ApiProperty({ type: String, example: 'in_1a2b', description: "Stripe's id of the invoice." })
  stripeInvoiceId!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'Which attempt at the invoice it was.' })
  attempt!: number;

  @ApiProperty({ type: 'integer', example: 1500, description: 'What is due, in minor units.' })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When Stripe tries again; null when it does not.',
  })
  nextAttemptAt!: string | null;
}

export class EndingTrialAnswer extends AnnouncedAnswer {
  @ApiProperty({ type: String, format: 'date-time', description: 'When the trial ends.' })
  trialEnd!: string;
}

export class ComingRenewalAnswer extends AnnouncedAnswer {
  @ApiProperty({ type: String, format: 'date-time', description: 'When the next period begins, and is charged.' })
  renewsAt!: string;
}

export const subscriptionsEvents = {
  'subscription.started': {
    data: SubscriptionAnswer,
    description: 'A subscription has begun: it was paid, or its trial runs.',
  },
  'subscription.renewed': {
    data: SubscriptionAnswer,
    description: 'The next period was paid for, and what it gives is granted as the plan says.',
  },
  'subscription.changed': {
    data: SubscriptionAnswer,
    description:
      'What it is of has changed, or is to: its plans, whether it ends with its period, its trial, or whether its ' +
      'payments are paused.',
  },
  'subscription.access_changed': { data: ChangedAccessAnswer, description: 'What it opens has changed.' },
  'subscription.ended': { data: SubscriptionAnswer, description: 'A subscription is over for good.' },
  'payment.failed': { data: FailedPaymentAnswer, description: "A subscription's invoice could not be charged." },
  'payment.action_required': {
    data: FailedPaymentAnswer,
    description: "The bank wants the customer to confirm the payment of a subscription's invoice.",
  },
  'trial.ending': { data: EndingTrialAnswer, description: 'A trial ends in a few days.' },
  'renewal.coming': { data: ComingRenewalAnswer, description: 'A subscription is to be renewed in a few days.' },
} satisfies Partial<EventCatalogue>;
