import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsText, MayBeAbsent } from '../http/fields.js';
import { toJsonInteger } from '../kernel/credits.js';
import { ACCESS_STATES, type AccessState, isOpen, SUBSCRIPTION_STATUSES, type SubscriptionStatus } from './access.js';
import type { ChangeEffect } from './plan-change.js';
import type { PreviewedChange } from './preview-change.js';
import { accessNow, planNow, type Subscription } from './subscription.js';

const CHANGE_EFFECTS: ChangeEffect[] = ['none', 'now', 'at_period_end'];

export class ChangePlanBody {
  @ApiProperty({ type: String, example: 'pro-monthly', description: 'The key of a plan in the catalogue.' })
  @IsText({ max: 64 })
  plan!: string;
}

export class CancelSubscriptionBody {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Ends it at once, with the credits and features that it gave, instead of with its period.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  now?: boolean;
}

export class SubscriptionAnswer {
  @ApiProperty({ type: String, example: 'sub_1a2b', description: "Stripe's id of it." })
  id!: string;

  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: String, example: 'basic-monthly' })
  plan!: string;

  @ApiProperty({ enum: [...SUBSCRIPTION_STATUSES], enumName: 'SubscriptionStatus', description: "Stripe's own word." })
  status!: SubscriptionStatus;

  @ApiProperty({
    enum: [...ACCESS_STATES],
    enumName: 'AccessState',
    example: 'granted',
    description: 'What it lets the account use now. `grace` is open, until `graceUntil`.',
  })
  accessState!: AccessState;

  @ApiProperty({ type: String, format: 'date-time' })
  currentPeriodStart!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  currentPeriodEnd!: string;

  @ApiProperty({ type: Boolean, example: false })
  cancelAtPeriodEnd!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Until when a payment that failed is waited for.',
  })
  graceUntil!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  trialEnd!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  endedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'What the next period is to be of.' })
  pendingPlan!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  pendingPlanAt!: string | null;

  @ApiProperty({ type: 'integer', example: 20, description: 'What a month of it gives.' })
  creditsPerMonth!: number;

  @ApiProperty({ type: [String], example: ['history'], description: 'What it opens now.' })
  features!: string[];

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  seats!: number | null;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;
}

export class ChangePreviewAnswer {
  @ApiProperty({ type: String, example: 'pro-monthly' })
  plan!: string;

  @ApiProperty({ enum: CHANGE_EFFECTS, enumName: 'ChangeEffect', example: 'now' })
  effect!: ChangeEffect;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  effectiveAt!: string | null;

  @ApiProperty({ type: 'integer', example: 750, description: 'What would be charged now.' })
  dueMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({ type: 'integer', example: 15, description: 'What would be granted now.' })
  credits!: number;

  @ApiProperty({ type: 'integer', example: 50, description: 'What a month gives from then on.' })
  creditsPerMonth!: number;

  @ApiProperty({ type: 'integer', example: 3000, description: 'What a period costs, before discount and tax.' })
  periodAmountMinor!: number;
}

export function toSubscriptionAnswer(subscription: Subscription, now: Date): SubscriptionAnswer {
  const { terms, pendingPlan, pendingPlanAt } = subscription;
  const plan = planNow(subscription, now);
  const accessState = accessNow(subscription, now);
  const isPending = pendingPlan !== null && plan !== pendingPlan;
  return {
    id: subscription.stripeSubscriptionId,
    accountId: subscription.accountId,
    plan,
    status: subscription.status,
    accessState,
    currentPeriodStart: subscription.periodStart.toISOString(),
    currentPeriodEnd: subscription.periodEnd.toISOString(),
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    graceUntil: subscription.graceUntil?.toISOString() ?? null,
    trialEnd: subscription.trialEnd?.toISOString() ?? null,
    endedAt: subscription.endedAt?.toISOString() ?? null,
    pendingPlan: isPending ? pendingPlan : null,
    pendingPlanAt: isPending ? (pendingPlanAt?.toISOString() ?? null) : null,
    creditsPerMonth: terms[plan]?.credits ?? 0,
    features: isOpen(accessState) ? (terms[plan]?.features ?? []) : [],
    seats: terms[plan]?.seats ?? null,
    currency: subscription.currency,
  };
}

export function toChangePreviewAnswer(preview: PreviewedChange): ChangePreviewAnswer {
  return {
    plan: preview.plan,
    effect: preview.effect,
    effectiveAt: preview.effectiveAt?.toISOString() ?? null,
    dueMinor: toJsonInteger(preview.dueMinor),
    currency: preview.currency,
    credits: toJsonInteger(preview.credits),
    creditsPerMonth: preview.creditsPerMonth,
    periodAmountMinor: toJsonInteger(preview.periodAmountMinor),
  };
}
