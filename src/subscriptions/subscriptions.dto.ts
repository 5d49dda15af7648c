import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IncludedUsageAnswer } from '../catalog/included-usage.dto.js';
import { IsAccountId, IsText, MayBeAbsent } from '../http/input/fields.js';
import { SpanQuery, StripeIdFilter } from '../http/input/page-query.js';
import { toJsonInteger } from '../kernel/credits.js';
import type { ChangeEffect } from './changes/plan-change.js';
import type { PreviewedChange } from './changes/preview-change.js';
import {
  ACCESS_STATES,
  type AccessState,
  isOpen,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
} from './mirror/access.js';
import { creditsPerMonthOf, featureNamesOf, includedPerMonthOf, periodAmountOf, seatsOf } from './mirror/held-plan.js';
import type { Subscription } from './mirror/subscription.entity.js';
import { accessNow, itemsNow, planNow } from './mirror/subscription-now.js';

const CHANGE_EFFECTS: ChangeEffect[] = ['none', 'now', 'at_period_end'];

export class ListSubscriptionsQuery extends SpanQuery {
  @ApiPropertyOptional({ type: String, example: 'ada', description: 'Those of one account alone.' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional({
    enum: [...SUBSCRIPTION_STATUSES],
    enumName: 'SubscriptionStatus',
    example: 'past_due',
    description: 'Those with this status alone.',
  })
  @MayBeAbsent()
  @IsIn(SUBSCRIPTION_STATUSES, { message: `must be one of ${SUBSCRIPTION_STATUSES.join(', ')}` })
  status?: SubscriptionStatus;

  @StripeIdFilter('cus_1a2b', 'Those of this customer at Stripe.')
  stripeCustomerId?: string;
}

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

export class SubscriptionItemAnswer {
  @ApiProperty({ type: String, example: 'basic-monthly' })
  plan!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many there are of it.' })
  quantity!: number;

  @ApiProperty({ type: 'integer', example: 20, description: 'What a month of all of them gives.' })
  creditsPerMonth!: number;
}

export class SubscriptionAnswer {
  @ApiProperty({ type: String, example: 'sub_1a2b', description: "Stripe's id of it." })
  id!: string;

  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: String, example: 'basic-monthly', description: 'The first of `items`, or the last that was.' })
  plan!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many there are of `plan`.' })
  quantity!: number;

  @ApiProperty({
    type: [SubscriptionItemAnswer],
    description:
      'All plans that it holds. None once it was moved to other products at Stripe: then it opens and gives ' +
      'nothing, and another plan can be bought.',
  })
  items!: SubscriptionItemAnswer[];

  @ApiProperty({ enum: [...SUBSCRIPTION_STATUSES], enumName: 'SubscriptionStatus', description: "Stripe's own word." })
  status!: SubscriptionStatus;

  @ApiProperty({
    enum: [...ACCESS_STATES],
    enumName: 'AccessState',
    example: 'granted',
    description: 'What it lets the account use now. `grace` is open, until `graceUntil`.',
  })
  accessState!: AccessState;

  @ApiProperty({ description: 'When it began at Stripe.', type: String, format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ description: 'When the period that runs began.', type: String, format: 'date-time' })
  currentPeriodStart!: string;

  @ApiProperty({
    description: 'When the period that runs ends, and the next is charged.',
    type: String,
    format: 'date-time',
  })
  currentPeriodEnd!: string;

  @ApiProperty({ description: 'Whether it ends with its period.', type: Boolean, example: false })
  cancelAtPeriodEnd!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Until when a payment that failed is waited for.',
  })
  graceUntil!: string | null;

  @ApiProperty({
    description: 'When the trial ends, or ended; null without one.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  trialEnd!: string | null;

  @ApiProperty({
    description: 'When it ended; null while it goes on.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  endedAt!: string | null;

  @ApiProperty({
    type: Boolean,
    example: false,
    description: 'Whether nobody is asked to pay its invoices (`pause_collection` at Stripe).',
  })
  collectionPaused!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description:
      'Until when it was paid for, once its payments were paused: closed from then until it is paid for again.',
  })
  openUntil!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'What the next period is to be of.' })
  pendingPlan!: string | null;

  @ApiProperty({
    description: 'When the next plan begins; null without one.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  pendingPlanAt!: string | null;

  @ApiProperty({ type: 'integer', example: 20, description: 'What a month of all that it holds gives.' })
  creditsPerMonth!: number;

  @ApiProperty({
    type: [IncludedUsageAnswer],
    description: 'Usage that a month of all that it holds includes.',
    example: [{ meter: 'pages', match: {}, quantity: '1000' }],
  })
  includedPerMonth!: IncludedUsageAnswer[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1500,
    description:
      'What a period of all that it holds costs, before discount and tax; null for prices of no single amount.',
  })
  periodAmountMinor!: number | null;

  @ApiProperty({ type: [String], example: ['history'], description: 'What it opens now.' })
  features!: string[];

  @ApiProperty({
    description: 'For how many people the plan is; null when it does not say.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  seats!: number | null;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;
}

export class CanceledSubscriptionAnswer extends SubscriptionAnswer {
  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Credits that have lapsed unspent because it has ended; 0 while it is only to end with its period.',
  })
  lapsedCredits!: number;
}

export class ChangePreviewAnswer {
  @ApiProperty({ type: String, example: 'pro-monthly' })
  plan!: string;

  @ApiProperty({
    description: 'When the change would take place.',
    enum: CHANGE_EFFECTS,
    enumName: 'ChangeEffect',
    example: 'now',
  })
  effect!: ChangeEffect;

  @ApiProperty({
    description: 'The moment of it; null when nothing would change.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  effectiveAt!: string | null;

  @ApiProperty({ type: 'integer', example: 750, description: 'What would be charged now.' })
  dueMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({ type: 'integer', example: 15, description: 'What would be granted now.' })
  credits!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many of the plan there would be.' })
  quantity!: number;

  @ApiProperty({ type: 'integer', example: 50, description: 'What a month gives from then on.' })
  creditsPerMonth!: number;

  @ApiProperty({ type: 'integer', example: 3000, description: 'What a period costs, before discount and tax.' })
  periodAmountMinor!: number;

  @ApiProperty({
    type: [IncludedUsageAnswer],
    description: 'Usage that would be included now, besides what is: for the rest of the month that runs.',
    example: [{ meter: 'pages', match: {}, quantity: '1000' }],
  })
  included!: IncludedUsageAnswer[];

  @ApiProperty({
    type: [IncludedUsageAnswer],
    description: 'Usage that a month includes from then on.',
    example: [{ meter: 'pages', match: {}, quantity: '3000' }],
  })
  includedPerMonth!: IncludedUsageAnswer[];

  @ApiProperty({
    type: [IncludedUsageAnswer],
    description: 'Usage that a month includes until then.',
    example: [{ meter: 'pages', match: {}, quantity: '1000' }],
  })
  currentIncludedPerMonth!: IncludedUsageAnswer[];
}

export function toSubscriptionAnswer(subscription: Subscription, now: Date): SubscriptionAnswer {
  const { terms, pendingPlan, pendingPlanAt } = subscription;
  const plan = planNow(subscription, now);
  const items = itemsNow(subscription, now);
  const accessState = accessNow(subscription, now);
  const isPending = pendingPlan !== null && plan !== pendingPlan;
  return {
    id: subscription.stripeSubscriptionId,
    accountId: subscription.accountId,
    plan,
    quantity: items[0]?.quantity ?? 0,
    items: items.map((item) => ({
      plan: item.plan,
      quantity: item.quantity,
      creditsPerMonth: creditsPerMonthOf([item], terms),
    })),
    status: subscription.status,
    accessState,
    startedAt: subscription.startedAt.toISOString(),
    currentPeriodStart: subscription.periodStart.toISOString(),
    currentPeriodEnd: subscription.periodEnd.toISOString(),
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    graceUntil: subscription.graceUntil?.toISOString() ?? null,
    trialEnd: subscription.trialEnd?.toISOString() ?? null,
    endedAt: subscription.endedAt?.toISOString() ?? null,
    collectionPaused: subscription.collectionPaused,
    openUntil: subscription.openUntil?.toISOString() ?? null,
    pendingPlan: isPending ? pendingPlan : null,
    pendingPlanAt: isPending ? (pendingPlanAt?.toISOString() ?? null) : null,
    creditsPerMonth: creditsPerMonthOf(items, terms),
    includedPerMonth: includedPerMonthOf(items, terms),
    periodAmountMinor: planNow(subscription, now) === subscription.plan ? periodAmountOf(items) : null,
    features: isOpen(accessState) ? featureNamesOf(items, terms) : [],
    seats: seatsOf(items, terms),
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
    quantity: preview.quantity,
    creditsPerMonth: preview.creditsPerMonth,
    periodAmountMinor: toJsonInteger(preview.periodAmountMinor),
    included: preview.included,
    includedPerMonth: preview.includedPerMonth,
    currentIncludedPerMonth: preview.currentIncludedPerMonth,
  };
}
