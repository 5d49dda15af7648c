import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, Matches, ValidateNested } from 'class-validator';
import { IsCurrency, IsInteger, IsMinorAmount, IsText, MayBeAbsent, MayBeAbsentOrNull } from '../http/fields.js';
import { type FieldError, ValidationFailed } from '../http/http.problems.js';
import { MAX_REQUEST_CREDITS } from '../kernel/credits.js';
import { byCurrency, type Offer, offerOf } from './offer.js';
import { PLAN_INTERVALS, type PlanInterval, PRODUCT_KINDS, type Product, type ProductKind } from './product.entity.js';

const MAX_VALIDITY_DAYS = 36_500;
const FEATURE_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export class PriceDto {
  @ApiProperty({ type: String, example: 'usd', description: 'ISO 4217, in lower case.' })
  @IsCurrency()
  currency!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1000, description: 'In minor units, such as cents.' })
  @IsMinorAmount({ min: 1 })
  amountMinor!: number;
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

  @ApiProperty({ type: String, maxLength: 200, example: 'Basic' })
  @IsText({ max: 200 })
  name!: string;

  @ApiPropertyOptional({ type: String, maxLength: 1000, nullable: true, example: 'Twelve credits' })
  @MayBeAbsentOrNull()
  @IsText({ max: 1000 })
  description?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_REQUEST_CREDITS,
    example: 12,
    description: 'Needed for packs and plans.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  credits?: number;

  @ApiPropertyOptional({ type: [PriceDto], description: 'One per currency. Packs and plans need at least one.' })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list of prices' })
  @ArrayMaxSize(150, { message: 'must hold at most 150 prices' })
  @ArrayUnique((price: PriceDto) => price?.currency, { message: 'must not name a currency twice' })
  @ValidateNested({ each: true })
  @Type(() => PriceDto)
  prices?: PriceDto[];

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

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'Whether it can be bought now.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  active?: boolean;
}

export class ProductAnswer {
  @ApiProperty({ type: String, example: 'basic' })
  key!: string;

  @ApiProperty({ enum: [...PRODUCT_KINDS], enumName: 'ProductKind', example: 'pack' })
  kind!: ProductKind;

  @ApiProperty({ type: String, example: 'Basic' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  description!: string | null;

  @ApiProperty({ type: 'integer', example: 12 })
  credits!: number;

  @ApiProperty({ type: [PriceDto], example: [{ currency: 'usd', amountMinor: 1000 }] })
  prices!: PriceDto[];

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  validityDays!: number | null;

  @ApiProperty({ type: [String], example: [] })
  features!: string[];

  @ApiProperty({ enum: [...PLAN_INTERVALS], enumName: 'PlanInterval', nullable: true, example: null })
  interval!: PlanInterval | null;

  @ApiProperty({ type: Boolean, example: true })
  active!: boolean;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts the changes of the offer, from 1.' })
  revision!: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
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
    active: body.active ?? true,
  };
}

function contradictionsOf({ kind, credits, prices, interval }: PutProductBody): FieldError[] {
  const errors: FieldError[] = [];
  if (kind !== 'feature' && (credits === undefined || credits === 0))
    errors.push({
      pointer: '/credits',
      detail: `must be a whole number from 1 to ${MAX_REQUEST_CREDITS} for a ${kind}`,
    });
  if (kind !== 'feature' && (prices === undefined || prices.length === 0))
    errors.push({ pointer: '/prices', detail: `must hold at least one price for a ${kind}` });
  if (kind !== 'plan' && interval !== undefined && interval !== null)
    errors.push({ pointer: '/interval', detail: `must be left out for a ${kind}` });
  return errors;
}

export function toProductAnswer(product: Product): ProductAnswer {
  return {
    key: product.key,
    ...offerOf(product),
    revision: product.revision,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
  };
}
