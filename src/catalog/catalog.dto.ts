import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, Matches } from 'class-validator';
import {
  IsChargedCurrency,
  IsInteger,
  IsMinorAmount,
  IsNested,
  IsText,
  MayBeAbsent,
  MayBeAbsentOrNull,
} from '../http/input/fields.js';
import { PageQuery } from '../http/input/page-query.js';
import { type FieldError, ValidationFailed } from '../http/problems/http.problems.js';
import { MAX_REQUEST_CREDITS } from '../kernel/credits.js';
import { stepMinorOf } from '../kernel/currency.js';
import { faultsOfIncluded, IncludedUsageBody, MAX_INCLUDED, toIncludedUsage } from './included-usage.dto.js';
import { byCurrency, type Offer, type Rollover } from './offer.js';
import {
  FULFILMENTS,
  type Fulfilment,
  PARTIAL_REFUND_POLICIES,
  type PartialRefundPolicy,
  PLAN_INTERVALS,
  type PlanInterval,
  PRODUCT_KINDS,
  type ProductKind,
} from './product.entity.js';

const MAX_VALIDITY_DAYS = 36_500;
/** The longest trial that Stripe takes. */
const MAX_TRIAL_DAYS = 730;
const MAX_ROLLOVER_MONTHS = 36;
const MAX_SEATS = 1_000_000;
export const FEATURE_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What a product costs in one currency, as it is asked for and as it is answered. */
@ApiSchema({ name: 'Price' })
export class PriceBody {
  @ApiProperty({ type: String, example: 'usd', description: 'ISO 4217, in lower case: one that Stripe charges.' })
  @IsChargedCurrency()
  currency!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1000, description: 'In minor units, such as cents.' })
  @IsMinorAmount({ min: 1 })
  amountMinor!: number;
}

export class ListProductsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: [...PRODUCT_KINDS],
    enumName: 'ProductKind',
    example: 'pack',
    description: 'Those of this kind alone.',
  })
  @MayBeAbsent()
  @IsIn(PRODUCT_KINDS, { message: `must be one of ${PRODUCT_KINDS.join(', ')}` })
  kind?: ProductKind;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Those that can be bought now, or those that cannot.',
  })
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  active?: boolean;
}

@ApiSchema({ name: 'RolloverTerms' })
export class RolloverBody {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    nullable: true,
    example: 10,
    description: 'The most that rolls over at one renewal; all that is left without it.',
  })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 1, max: MAX_REQUEST_CREDITS })
  capCredits?: number | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_ROLLOVER_MONTHS,
    default: 1,
    description: 'How many months it lives on.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_ROLLOVER_MONTHS })
  months?: number;
}

export class PutProductBody {
  @ApiProperty({
    enum: [...PRODUCT_KINDS],
    enumName: 'ProductKind',
    example: 'pack',
    description: 'Cannot change later.',
  })
  @IsIn(PRODUCT_KINDS, { message: `must be one of ${PRODUCT_KINDS.join(', ')}` })
  kind!: ProductKind;

  @ApiProperty({ description: 'What buyers read.', type: String, maxLength: 200, example: 'Basic' })
  @IsText({ max: 200 })
  name!: string;

  @ApiPropertyOptional({
    description: 'What buyers read below the name.',
    type: String,
    maxLength: 1000,
    nullable: true,
    example: 'Twelve credits',
  })
  @MayBeAbsentOrNull()
  @IsText({ max: 1000 })
  description?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_REQUEST_CREDITS,
    example: 12,
    description: 'Needed for packs and plans. A plan that includes usage may give none.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  credits?: number;

  @ApiPropertyOptional({ type: [PriceBody], description: 'One per currency. Packs and plans need at least one.' })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list of prices' })
  @ArrayMaxSize(150, { message: 'must hold at most 150 prices' })
  @ArrayUnique((price: PriceBody) => price?.currency, { message: 'must not name a currency twice' })
  @IsNested(() => PriceBody, { each: true })
  prices?: PriceBody[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_VALIDITY_DAYS,
    nullable: true,
    example: 365,
    description: 'How long bought credits live; for ever without it.',
  })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 1, max: MAX_VALIDITY_DAYS })
  validityDays?: number | null;

  @ApiPropertyOptional({ type: [String], example: ['history'], description: 'What it opens beside credits.' })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list of names' })
  @ArrayMaxSize(50, { message: 'must hold at most 50 names' })
  @ArrayUnique({ message: 'must not hold a name twice' })
  @Matches(FEATURE_PATTERN, { each: true, message: 'must hold names of 1 to 64 characters of a-z 0-9 . _ -' })
  features?: string[];

  @ApiPropertyOptional({
    enum: [...PLAN_INTERVALS],
    enumName: 'PlanInterval',
    nullable: true,
    description: 'Only of plans: how often it is charged. Default month.',
  })
  @MayBeAbsentOrNull()
  @IsIn(PLAN_INTERVALS, { message: `must be one of ${PLAN_INTERVALS.join(', ')}` })
  interval?: PlanInterval | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_TRIAL_DAYS,
    nullable: true,
    example: 14,
    description: 'Only of plans: how long it is tried before it is charged. An account tries once.',
  })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 1, max: MAX_TRIAL_DAYS })
  trialDays?: number | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_REQUEST_CREDITS,
    default: 0,
    description: 'What the trial gives. The credits of the plan come with the first payment.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  trialCredits?: number;

  @ApiPropertyOptional({
    type: RolloverBody,
    nullable: true,
    description: "Only of plans: what of a month's credits is kept at a renewal; nothing without it.",
  })
  @MayBeAbsentOrNull()
  @IsNested(() => RolloverBody)
  rollover?: RolloverBody | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_SEATS,
    nullable: true,
    example: 5,
    description: 'Only of plans: for how many people it is. Scrip shows it and counts nobody.',
  })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 1, max: MAX_SEATS })
  seats?: number | null;

  @ApiPropertyOptional({
    type: [IncludedUsageBody],
    description: 'Only of plans: usage that each paid month includes, before anything of it costs credits.',
  })
  @MayBeAbsentOrNull()
  @IsArray({ message: 'must be a list of what is included' })
  @ArrayMaxSize(MAX_INCLUDED, { message: `must hold at most ${MAX_INCLUDED} of them` })
  @IsNested(() => IncludedUsageBody, { each: true })
  included?: IncludedUsageBody[] | null;

  @ApiPropertyOptional({
    enum: [...PARTIAL_REFUND_POLICIES],
    enumName: 'PartialRefundPolicy',
    nullable: true,
    description: 'Only of features: whether a refund of a part closes it. One of all always does. Default keep.',
  })
  @MayBeAbsentOrNull()
  @IsIn(PARTIAL_REFUND_POLICIES, { message: `must be one of ${PARTIAL_REFUND_POLICIES.join(', ')}` })
  onPartialRefund?: PartialRefundPolicy | null;

  @ApiPropertyOptional({
    enum: [...FULFILMENTS],
    enumName: 'Fulfilment',
    nullable: true,
    description: 'Only of features: a booking is to be released when it is refunded. Default access.',
  })
  @MayBeAbsentOrNull()
  @IsIn(FULFILMENTS, { message: `must be one of ${FULFILMENTS.join(', ')}` })
  fulfilment?: Fulfilment | null;

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'Whether it can be bought now.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  active?: boolean;
}

/** The whole offer that a body describes. @throws ValidationFailed for what only the kind decides. */
export function toOffer(body: PutProductBody): Offer {
  const errors = contradictionsOf(body);
  if (errors.length > 0) throw new ValidationFailed({ errors });
  return {
    kind: body.kind,
    name: body.name,
    description: body.description ?? null,
    credits: body.credits ?? 0,
    prices: (body.prices ?? []).map(({ currency, amountMinor }) => ({ currency, amountMinor })).sort(byCurrency),
    validityDays: body.validityDays ?? null,
    features: body.features ?? [],
    interval: body.kind === 'plan' ? (body.interval ?? 'month') : null,
    trialDays: body.trialDays ?? null,
    trialCredits: body.trialCredits ?? 0,
    rollover: rolloverOf(body),
    seats: body.seats ?? null,
    included: (body.included ?? []).map(toIncludedUsage),
    onPartialRefund: body.kind === 'feature' ? (body.onPartialRefund ?? 'keep') : null,
    fulfilment: body.kind === 'feature' ? (body.fulfilment ?? 'access') : null,
    active: body.active ?? true,
  };
}

function rolloverOf({ rollover }: PutProductBody): Rollover | null {
  if (rollover === undefined || rollover === null) return null;
  return { capCredits: rollover.capCredits ?? null, months: rollover.months ?? 1 };
}

/** Fields that say something of one kind alone. */
const FIELDS_OF_KIND: Partial<Record<keyof PutProductBody, ProductKind>> = {
  interval: 'plan',
  trialDays: 'plan',
  trialCredits: 'plan',
  rollover: 'plan',
  seats: 'plan',
  included: 'plan',
  onPartialRefund: 'feature',
  fulfilment: 'feature',
};

function contradictionsOf(body: PutProductBody): FieldError[] {
  const { kind, credits, prices, trialDays, trialCredits } = body;
  const included = body.included ?? [];
  const errors: FieldError[] = faultsOfIncluded(included);
  const needsCredits = kind === 'pack' || (kind === 'plan' && included.length === 0);
  if (needsCredits && (credits === undefined || credits === 0))
    errors.push({
      pointer: '/credits',
      detail: `must be a whole number from 1 to ${MAX_REQUEST_CREDITS} for a ${kind}`,
    });
  if (kind !== 'feature' && (prices === undefined || prices.length === 0))
    errors.push({ pointer: '/prices', detail: `must hold at least one price for a ${kind}` });
  for (const [index, { currency, amountMinor }] of (prices ?? []).entries()) {
    const step = stepMinorOf(currency);
    if (BigInt(amountMinor) % step !== 0n)
      errors.push({ pointer: `/prices/${index}/amountMinor`, detail: `must be a multiple of ${step} in ${currency}` });
  }
  for (const [field, only] of Object.entries(FIELDS_OF_KIND)) {
    const value = body[field as keyof PutProductBody];
    if (kind !== only && value !== undefined && value !== null)
      errors.push({ pointer: `/${field}`, detail: `must be left out for a ${kind}` });
  }
  if (kind === 'plan' && (trialCredits ?? 0) > 0 && (trialDays ?? null) === null)
    errors.push({ pointer: '/trialCredits', detail: 'must be left out without trialDays' });
  return errors;
}
