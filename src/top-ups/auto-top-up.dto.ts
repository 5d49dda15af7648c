import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import {
  IsCurrency,
  IsInstant,
  IsInteger,
  IsMinorAmount,
  IsNested,
  IsText,
  MayBeAbsent,
} from '../http/input/fields.js';
import { MAX_REQUEST_CREDITS, toJsonInteger } from '../kernel/credits.js';
import { PAUSE_REASONS, type PauseReason, WAIT_REASONS, type WaitReason } from './decisions/decide-top-up.js';
import { TOP_UP_STATES, type TopUpState } from './decisions/top-up-states.js';
import type { TopUpNow } from './top-ups.queries.js';

const MAX_INTERVAL_SECONDS = 30 * 24 * 60 * 60;
const MAX_COUNT = 1_000;

export class MonthlyCapBody {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 5000,
    description: 'The most that is charged in a month (UTC), tax included, in minor units.',
  })
  @IsMinorAmount({ min: 1 })
  amountMinor!: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_COUNT, description: 'As many top-ups at most.' })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_COUNT })
  count?: number;
}

export class TopUpConsentBody {
  @ApiProperty({ type: String, maxLength: 64, example: '2026-11', description: 'Of the text that was agreed to.' })
  @IsText({ max: 64 })
  textVersion!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the customer agreed to it.' })
  @IsInstant()
  acceptedAt!: string;
}

@ApiSchema({ name: 'PutAutoTopUpRequest' })
export class PutAutoTopUpBody {
  @ApiProperty({ type: Boolean, example: true, description: 'Whether it is switched on.' })
  @IsBoolean({ message: 'must be true or false' })
  enabled!: boolean;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 10,
    description: 'A top-up is due whenever less is available.',
  })
  @IsInteger({ min: 1, max: MAX_REQUEST_CREDITS })
  belowCredits!: number;

  @ApiProperty({ type: String, example: 'basic', description: 'The key of a pack.' })
  @IsText({ max: 64 })
  product!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 1, description: 'Or `toCredits`.' })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: 100 })
  quantity?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    description: 'As many packs as it takes to have so much, instead of a quantity.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_REQUEST_CREDITS })
  toCredits?: number;

  @ApiPropertyOptional({
    type: String,
    example: 'usd',
    description: "The default currency when left out, or the product's first price when it has none in that.",
  })
  @MayBeAbsent()
  @IsCurrency()
  currency?: string;

  @ApiProperty({ type: MonthlyCapBody, description: 'What exceeds it waits for the next month.' })
  @IsNested(() => MonthlyCapBody)
  maxPerMonth!: MonthlyCapBody;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_INTERVAL_SECONDS,
    default: 600,
    description: 'How long the next top-up waits after one.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 0, max: MAX_INTERVAL_SECONDS })
  minIntervalSeconds?: number;

  @ApiProperty({
    type: TopUpConsentBody,
    description: 'That the customer agreed to being charged without being there.',
  })
  @IsNested(() => TopUpConsentBody)
  consent!: TopUpConsentBody;
}

class MonthlyCapAnswer {
  @ApiProperty({ type: 'integer', example: 5000, description: 'In minor units.' })
  amountMinor!: number;

  @ApiProperty({ type: 'integer', nullable: true, example: null, description: 'Of top-ups; null for any number.' })
  count!: number | null;
}

class TopUpConsentAnswer {
  @ApiProperty({ type: String, example: '2026-11', description: 'Of the text that was agreed to.' })
  textVersion!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the customer agreed to it.' })
  acceptedAt!: string;
}

@ApiSchema({ name: 'AutoTopUp' })
export class AutoTopUpAnswer {
  @ApiProperty({ type: Boolean, example: true, description: 'Whether it is switched on, be it paused or not.' })
  enabled!: boolean;

  @ApiProperty({
    enum: [...TOP_UP_STATES],
    enumName: 'AutoTopUpStatus',
    description: 'What it is doing: `action_required` waits for the customer, `paused` for somebody who resumes it.',
  })
  status!: TopUpState;

  @ApiProperty({
    enum: [...PAUSE_REASONS],
    enumName: 'AutoTopUpPauseReason',
    nullable: true,
    description: 'Null unless it is paused.',
  })
  pausedBecause!: PauseReason | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 10, description: 'Null while nobody has set it up.' })
  belowCredits!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'basic', description: 'The key of the pack.' })
  product!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 1, description: 'Null where `toCredits` says how many.' })
  quantity!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null, description: 'Null where there is a quantity.' })
  toCredits!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'usd', description: 'ISO 4217, in lower case.' })
  currency!: string | null;

  @ApiProperty({ type: MonthlyCapAnswer, nullable: true, description: 'The cap of a month in UTC.' })
  maxPerMonth!: MonthlyCapAnswer | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 600, description: 'Between one top-up and the next.' })
  minIntervalSeconds!: number | null;

  @ApiProperty({ type: TopUpConsentAnswer, nullable: true, description: 'What the customer agreed to.' })
  consent!: TopUpConsentAnswer | null;

  @ApiProperty({
    type: 'integer',
    example: 1000,
    description: 'Automatic charges of this month, also those whose end is not known yet. Refunds lower it by nothing.',
  })
  chargedThisMonthMinor!: number;

  @ApiProperty({
    enum: [...WAIT_REASONS],
    enumName: 'AutoTopUpWaitReason',
    nullable: true,
    description: 'What a top-up that is due waits for; null where none does.',
  })
  waitsFor!: WaitReason | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a top-up that waits is looked at again; null where none does.',
  })
  nextAttemptAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'uri',
    nullable: true,
    example: null,
    description: 'Where the customer confirms a payment that their bank asks about; null where nobody asks.',
  })
  actionUrl!: string | null;
}

export function toAutoTopUpAnswer({ topUp, chargedThisMonthMinor, actionUrl }: TopUpNow): AutoTopUpAnswer {
  const charged = { chargedThisMonthMinor: toJsonInteger(chargedThisMonthMinor), actionUrl };
  if (topUp === null) return { ...NOT_SET, ...charged };
  const { state, toCredits, consentTextVersion, consentAcceptedAt } = topUp;
  const waits = state === 'ready' && topUp.waitsFor !== null;
  return {
    ...charged,
    enabled: state !== 'off',
    status: state,
    pausedBecause: topUp.pausedBecause,
    belowCredits: toJsonInteger(topUp.belowCredits),
    product: topUp.productKey,
    quantity: topUp.quantity,
    toCredits: toCredits === null ? null : toJsonInteger(toCredits),
    currency: topUp.currency,
    maxPerMonth: { amountMinor: toJsonInteger(topUp.maxAmountMinor), count: topUp.maxCount },
    minIntervalSeconds: topUp.minIntervalSeconds,
    consent: { textVersion: consentTextVersion, acceptedAt: consentAcceptedAt.toISOString() },
    waitsFor: waits ? topUp.waitsFor : null,
    nextAttemptAt: waits ? (topUp.lookAt?.toISOString() ?? null) : null,
  };
}

const NOT_SET: Omit<AutoTopUpAnswer, 'chargedThisMonthMinor' | 'actionUrl'> = {
  enabled: false,
  status: 'off',
  pausedBecause: null,
  belowCredits: null,
  product: null,
  quantity: null,
  toCredits: null,
  currency: null,
  maxPerMonth: null,
  minIntervalSeconds: null,
  consent: null,
  waitsFor: null,
  nextAttemptAt: null,
};
