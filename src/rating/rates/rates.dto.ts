import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, ValidateIf } from 'class-validator';
import { IsInteger, IsNested, MayBeAbsent, MayBeAbsentOrNull, OptionalInstant } from '../../http/input/fields.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { DIMENSIONS_SCHEMA, IsMatch, IsQuantity, QUANTITY_SCHEMA } from '../fields.js';
import type { Dimensions } from '../pricing/dimensions.js';
import { TIER_MODES, TIER_SPANS, type TierMode, type TierSpan } from '../pricing/price.js';
import { ROUNDINGS, type Rounding } from '../pricing/price-lines.js';
import { MAX_PER } from './rate-version.js';

/** What one request may hold; a card that is read from a file may have more. */
const MAX_PRICES = 500;
const MAX_TIERS = 100;

const CREDITS = { type: 'integer', minimum: 0, maximum: MAX_REQUEST_CREDITS } as const;
const PER = { type: 'integer', minimum: 1, maximum: MAX_PER, default: 1 } as const;

/** One tier of a price, as it is asked for and as it is shown. */
@ApiSchema({ name: 'RateTier' })
export class RateTierBody {
  @ApiProperty({
    anyOf: [...QUANTITY_SCHEMA.anyOf, { type: 'null' }],
    description: 'The most that the tier holds, itself included; null for the last one, and for no other.',
    example: '1000',
  })
  @ValidateIf((_object, value) => value !== null)
  @IsQuantity()
  upTo!: string | number | null;

  @ApiProperty({ ...CREDITS, description: 'Credits for `per` units of this tier.', example: 3 })
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  credits!: number;

  @ApiPropertyOptional({ ...PER, description: 'For how many units.' })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_PER })
  per?: number;
}

/** One price, as it is asked for and as it is shown. */
@ApiSchema({ name: 'RatePrice' })
export class RatePriceBody {
  @ApiProperty({
    ...DIMENSIONS_SCHEMA,
    description:
      'The dimensions that usage must have. The price that names the most of them wins; `{}` prices whatever no ' +
      'other does.',
    example: { model: 'large' },
  })
  @IsMatch()
  match!: Dimensions;

  @ApiPropertyOptional({ ...CREDITS, description: 'Credits for `per` units. Left out with `tiers`.', example: 3 })
  @MayBeAbsent()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  credits?: number;

  @ApiPropertyOptional({ ...PER, description: 'For how many units. Left out with `tiers`, which have their own.' })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_PER })
  per?: number;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Whether every begun `per` costs `credits`, in place of a share of them.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  whole?: boolean;

  @ApiPropertyOptional({
    type: [RateTierBody],
    description: 'Prices that depend on the quantity, in rising order.',
    example: [
      { upTo: '1000', credits: 3, per: 1 },
      { upTo: null, credits: 2, per: 1 },
    ],
  })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list of tiers' })
  @ArrayMinSize(1, { message: 'must hold at least one tier' })
  @ArrayMaxSize(MAX_TIERS, { message: `must hold at most ${MAX_TIERS} tiers` })
  @IsNested(() => RateTierBody, { each: true })
  tiers?: RateTierBody[];

  @ApiPropertyOptional({
    enum: [...TIER_MODES],
    enumName: 'TierMode',
    description:
      'Only with tiers: each part of the quantity at its tier (`graduated`, also when left out), or all of the line ' +
      'at the tier that the total falls into (`volume`).',
    example: 'graduated',
  })
  @MayBeAbsent()
  @IsIn(TIER_MODES, { message: `must be one of ${TIER_MODES.join(', ')}` })
  mode?: TierMode;

  @ApiPropertyOptional({
    enum: [...TIER_SPANS],
    enumName: 'TierSpan',
    description:
      'Only with tiers: whether they look at the quantity of the line (`request`, also when left out), or at what ' +
      'the account has used with this match in the calendar month (UTC) as well (`month`).',
    example: 'month',
  })
  @MayBeAbsent()
  @IsIn(TIER_SPANS, { message: `must be one of ${TIER_SPANS.join(', ')}` })
  by?: TierSpan;
}

/** What a version of a rate card says, without when it begins. */
@ApiSchema({ name: 'RateTerms' })
export class RateTermsBody {
  @ApiProperty({
    type: [RatePriceBody],
    description: 'No two may match the same usage and name as many of its dimensions, unless a third names more.',
    example: [
      { match: { model: 'large', kind: 'input' }, credits: 3, per: 1_000_000 },
      { match: { model: 'large', kind: 'output' }, credits: 15, per: 1_000_000 },
    ],
  })
  @IsArray({ message: 'must be a list of prices' })
  @ArrayMinSize(1, { message: 'must hold at least one price' })
  @ArrayMaxSize(MAX_PRICES, { message: `must hold at most ${MAX_PRICES} prices` })
  @IsNested(() => RatePriceBody, { each: true })
  prices!: RatePriceBody[];

  @ApiPropertyOptional({
    enum: [...ROUNDINGS],
    enumName: 'Rounding',
    default: 'up',
    description:
      'How fractions become whole credits: each line is rounded up, or what a line was charged too much or too ' +
      'little is carried on to the next with the same match.',
  })
  @MayBeAbsent()
  @IsIn(ROUNDINGS, { message: `must be one of ${ROUNDINGS.join(', ')}` })
  rounding?: Rounding;

  @ApiPropertyOptional({ ...CREDITS, nullable: true, description: 'The least that a line of more than 0 costs.' })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  minCredits?: number | null;

  @ApiPropertyOptional({ ...CREDITS, nullable: true, description: 'The most that a line costs.' })
  @MayBeAbsentOrNull()
  @IsInteger({ min: 0, max: MAX_REQUEST_CREDITS })
  maxCredits?: number | null;
}

export class RateBody extends RateTermsBody {
  @OptionalInstant(
    '2027-01-01T00:00:00Z',
    'From when on it prices usage. Left out: as soon as every process knows it, which is when the call returns.',
  )
  effectiveAt?: string;
}

@ApiSchema({ name: 'RateVersion' })
export class RateAnswer {
  @ApiProperty({ description: 'The key of the meter.', type: String, example: 'tokens' })
  meter!: string;

  @ApiProperty({ description: 'Counts the versions of the meter, from 1.', type: 'integer', example: 2 })
  version!: number;

  @ApiProperty({
    type: [RatePriceBody],
    description: 'The prices.',
    example: [{ match: { kind: 'input', model: 'large' }, credits: 3, per: 1_000_000 }],
  })
  prices!: RatePriceBody[];

  @ApiProperty({
    enum: [...ROUNDINGS],
    enumName: 'Rounding',
    description: 'How fractions become whole credits.',
    example: 'carry',
  })
  rounding!: Rounding;

  @ApiProperty({
    description: 'The least that a line of more than 0 costs; null for no limit.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  minCredits!: number | null;

  @ApiProperty({
    description: 'The most that a line costs; null for no limit.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  maxCredits!: number | null;

  @ApiProperty({
    description: 'From when on it prices usage, until another version begins.',
    type: String,
    format: 'date-time',
    example: '2026-11-29T12:00:01.500Z',
  })
  effectiveAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-29T12:00:00.000Z' })
  createdAt!: string;
}
